// Four standard normals from four words, laid out as in src/lib/base/philox.ts: uniforms u = (w + ½)·2⁻³²,
// √(−2 ln u₀)·(cos 2πu₁, sin 2πu₁), √(−2 ln u₂)·(cos 2πu₃, sin 2πu₃).
// Worst error of a normal: 2·10⁻⁶ absolute, 8 ULP of its radius (the builtins' log near 1 and sin, cos of 2πu are loose). Arguments are
// reduced on the integers, so exactly. Needs log.wgsl, not_a_number.wgsl.

// w + ½ as f32, w < 2³²; the split keeps the conversion exact where it can be.
fn plusHalf(w: u32) -> f32 {
  return f32(w >> 16u) * 65536.0 + (f32(w & 0xffffu) + 0.5);
}

// −ln((w + ½)·2⁻³²), relatively accurate also near u = 1.
fn minusLogUniform(w: u32) -> f32 {
  let below = plusHalf(~w) * 2.3283064365386963e-10;
  if (below < 0.29) {
    return -logOfOneAnd(-below);
  }
  return -accurateLog(plusHalf(w) * 2.3283064365386963e-10);
}

// (cos, sin) of 2π(w + ½)·2⁻³².
fn cosineSine(w: u32) -> vec2f {
  // Nearest quarter turn, and what is left: within an eighth of a turn on either side.
  let quarter = (w + 0x20000000u) >> 30u;
  let rest = bitcast<i32>(w - (quarter << 30u));
  let x = (f32(rest >> 16u) * 65536.0 + (f32(rest & 0xffff) + 0.5)) * 1.4629180792671596e-9;
  let z = x * x;
  let s = x + x * z * (-0.166666552 + z * (0.0083321603 - z * 0.000195152184));
  let c = 1.0 + (z * z * (0.0416666456 + z * (-0.00138873153 + z * 2.44330822e-05)) - 0.5 * z);
  switch (quarter & 3u) {
    case 0u: { return vec2f(c, s); }
    case 1u: { return vec2f(-s, c); }
    case 2u: { return vec2f(-c, -s); }
    default: { return vec2f(s, -c); }
  }
}

fn boxMuller(words: vec4u) -> vec4f {
  let first = sqrt(2.0 * minusLogUniform(words.x)) * cosineSine(words.y);
  let second = sqrt(2.0 * minusLogUniform(words.z)) * cosineSine(words.w);
  return vec4f(first, second);
}
