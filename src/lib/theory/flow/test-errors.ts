import type { Run } from '$lib/base/run';
import type { FlowEnsemble } from '$lib/theory/flow/ensemble';

/** mean (f − y)² on the test set of each point, all of one time or each of its own. */
export async function testErrors(
  ensemble: FlowEnsemble,
  times: readonly number[],
  inputs: readonly Float64Array[],
  offsets: Float64Array,
  run: Run,
): Promise<number[]> {
  const outputs = await ensemble.outputs(times, inputs, run);
  return ensemble.points.map(({ task: { testLabels } }, b) => {
    const count = testLabels.length;
    return testLabels.reduce((sum, y, i) => sum + ((outputs[b * count + i] ?? NaN) - (offsets[b * count + i] ?? NaN) - y) ** 2, 0) / count;
  });
}
