import type { SourceParameters, Task } from '$lib/theory/theory';

/** A small linear-congruential stream of numbers in (0, 1), for test data only. */
export function uniforms(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
}

export function normals(seed: number): () => number {
  const uniform = uniforms(seed);
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Gaussian inputs and a label for each row by a rule. */
export function makeTask(dimension: number, train: number, test: number, seed: number, label: (x: readonly number[]) => number): Task {
  const normal = normals(seed);
  const rows = (count: number): number[][] => Array.from({ length: count }, () => Array.from({ length: dimension }, normal));
  const trainRows = rows(train);
  const testRows = rows(test);
  return {
    dimension,
    trainInputs: Float64Array.from(trainRows.flat()),
    trainLabels: Float64Array.from(trainRows, label),
    testInputs: Float64Array.from(testRows.flat()),
    testLabels: Float64Array.from(testRows, label),
  };
}

export const bayesParameters: SourceParameters = {
  activation: 'erf',
  gamma: 1,
  temperature: 0.05,
  depth: 1,
  width: 100,
  kernel: 'nngp',
  particles: 512,
  solver: 'auto',
  stretch: 1,
  time: 20,
  weightDecay: 0,
  seed: 1,
};
