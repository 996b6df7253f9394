// Not-a-number and infinity told by bits: WGSL lets a compiler assume that there are none, so x != x may be folded away.

fn isNotANumber(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
