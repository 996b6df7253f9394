// Many steps of the gradient descent of one two-layer network (the formulas of descend_weights.wgsl and descend_readout.wgsl) by one workgroup
// that keeps everything in its memory: w [N, D], v [2, N] (old and new), x [P, D], φ and φ′ [N, P] each, Δ [P]. Nothing but w, v and what was lost leaves it.
// weights [batch, N, D], readout [batch, N, 1], inputs [batch or 1, P, D], labels [batch or 1, P, 1], base [batch, P, 1], anchor
// [batch, N, D] where ANCHORED, status [batch, 1, 1]; points [batch] (`DescentPoint`): count of steps, then keep, pull and gain·γ/√D of w, keep and gain·γ
// of v, 1/(γN). NUMBERS: floats of workgroup memory. Three barriers a step.
// Grid: batch. Cost: steps · (4 N P D operations and N P activations), shared by LANES invocations.

var<workgroup> memory: array<f32, NUMBERS>;
var<workgroup> lost: atomic<u32>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let entry = group.x + group.y * groups.x;
  let batch = layout.$.parameters.batch;
  let n = layout.$.parameters.width;
  let p = layout.$.parameters.examples;
  let d = layout.$.parameters.dimension;
  // The last row of workgroups may go beyond the batch: those work on a network that is there, and write nothing.
  let network = min(entry, batch - 1u);
  let point = layout.$.parameters.pointsOffset + network;
  let count = layout.$.points[point].count;
  let keep = layout.$.points[point].keep;
  let pull = layout.$.points[point].pull;
  let gain = layout.$.points[point].gain;
  let keepV = layout.$.points[point].readoutKeep;
  let gainV = layout.$.points[point].readoutGain;
  let outputScale = layout.$.points[point].outputScale;
  let weights = layout.$.parameters.weightsOffset + network * n * d;
  let readout = layout.$.parameters.readoutOffset + network * n;
  let anchor = layout.$.parameters.anchorOffset + network * n * d;
  let inputs = layout.$.parameters.inputsOffset + network * layout.$.parameters.inputsStride;
  let labels = layout.$.parameters.labelsOffset + network * layout.$.parameters.labelsStride;
  let base = layout.$.parameters.baseOffset + network * layout.$.parameters.baseStride;
  let atV = n * d;
  let atX = atV + 2u * n;
  let atPhi = atX + p * d;
  let atSlope = atPhi + n * p;
  let atDelta = atSlope + n * p;

  for (var k = lane; k < n * d; k += LANES) { memory[k] = layout.$.weights[weights + k]; }
  for (var k = lane; k < n; k += LANES) { memory[atV + k] = layout.$.readout[readout + k]; }
  for (var k = lane; k < p * d; k += LANES) { memory[atX + k] = layout.$.inputs[inputs + k]; }
  if (lane == 0u) { atomicStore(&lost, 0xffffffffu); }
  workgroupBarrier();

  var old = atV;
  for (var step = layout.$.parameters.first; step <= layout.$.parameters.last; step++) {
    // After its last step a network's outputs are looked at once more.
    let looked = f32(step) <= count;
    if (looked) {
      for (var index = lane; index < n * p; index += LANES) {
        let i = index / p;
        let m = index - i * p;
        var h = 0.0;
        for (var k = 0u; k < d; k++) { h += memory[i * d + k] * memory[atX + m * d + k]; }
        h *= layout.$.parameters.scale;
        memory[atPhi + index] = activationOf(h);
        memory[atSlope + index] = slopeOf(h);
      }
    }
    workgroupBarrier();
    if (looked) {
      for (var m = lane; m < p; m += LANES) {
        var sum = 0.0;
        for (var i = 0u; i < n; i++) { sum += memory[old + i] * memory[atPhi + i * p + m]; }
        let delta = layout.$.labels[labels + m] - (sum - layout.$.base[base + m]) * outputScale;
        if ((bitcast<u32>(delta) & 0x7f800000u) == 0x7f800000u) { atomicMin(&lost, step); }
        memory[atDelta + m] = delta;
      }
    }
    workgroupBarrier();
    if (step < layout.$.parameters.last && f32(step) < count) {
      let next = 2u * atV + n - old;
      for (var index = lane; index < n * d; index += LANES) {
        let i = index / d;
        let k = index - i * d;
        var force = 0.0;
        for (var m = 0u; m < p; m++) {
          force += memory[atDelta + m] * memory[atSlope + i * p + m] * memory[atX + m * d + k];
        }
        var w = keep * memory[index] + gain * memory[old + i] * force;
        if (ANCHORED == 1) { w += pull * layout.$.anchor[anchor + index]; }
        memory[index] = w;
      }
      for (var i = lane; i < n; i += LANES) {
        var push = 0.0;
        for (var m = 0u; m < p; m++) { push += memory[atDelta + m] * memory[atPhi + i * p + m]; }
        memory[next + i] = keepV * memory[old + i] + gainV * push;
      }
      old = next;
    }
    workgroupBarrier();
  }
  if (entry >= batch) { return; }
  for (var k = lane; k < n * d; k += LANES) { layout.$.weights[weights + k] = memory[k]; }
  for (var k = lane; k < n; k += LANES) { layout.$.readout[readout + k] = memory[old + k]; }
  let first = atomicLoad(&lost);
  if (lane == 0u && first != 0xffffffffu && layout.$.status[network] < 0.0) { layout.$.status[network] = f32(first); }
}
