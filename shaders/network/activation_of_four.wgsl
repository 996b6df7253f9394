// φ and φ′ of theory.md §0 for four arguments; see activation.wgsl, whose numbers they are but for rounding. Needs four.wgsl.

fn activationOfFour(h: vec4f) -> ValueAndSlope {
  if (ACTIVATION == 1) {
    let behind = h <= vec4f();
    return ValueAndSlope(select(h, vec4f(), behind), orNotANumber(select(vec4f(1.0), vec4f(), behind), h));
  }
  if (ACTIVATION == 2) { return erfOfFour(h); }
  if (ACTIVATION == 3) { return tanhOfFour(h); }
  if (ACTIVATION == 4) { return ValueAndSlope(h * h - 1.0, 2.0 * h); }
  return ValueAndSlope(h, vec4f(1.0));
}
