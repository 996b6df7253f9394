// angleAt for maps that need no angle.

fn angleAt(row: u32, column: u32, batch: u32, c: f32, a: f32, b: f32) -> f32 {
  return 0.0;
}
