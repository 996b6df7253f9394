// Tests for NaN by its bits: WGSL lets a compiler assume that there are no NaNs, so it may fold x != x to false.

fn isNotANumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
