// φ and φ′ of theory.md §0; ACTIVATION is the code of base/activation.ts, so only one branch is left when this is compiled.
// Not-a-number comes out as not-a-number (max(h, 0) would make it 0). Needs erf.wgsl, tanh.wgsl and what they need.

fn activationOf(h: f32) -> f32 {
  if (ACTIVATION == 1) { return select(h, 0.0, h <= 0.0); }
  if (ACTIVATION == 2) { return erf(h); }
  if (ACTIVATION == 3) { return accurateTanh(h); }
  if (ACTIVATION == 4) { return h * h - 1.0; }
  return h;
}

fn slopeOf(h: f32) -> f32 {
  if (ACTIVATION == 1) {
    if (isNotANumber(h)) { return h; }
    return select(1.0, 0.0, h <= 0.0);
  }
  if (ACTIVATION == 2) { return 1.1283791670955126 * accurateExp(-h * h); }
  if (ACTIVATION == 3) { return tanhSlope(h); }
  if (ACTIVATION == 4) { return 2.0 * h; }
  return 1.0;
}
