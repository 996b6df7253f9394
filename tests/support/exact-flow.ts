import { flowNodes, outputs, startNodes, withFreshReadout } from './flow-quadrature';
import { meanSquare, planeSource, planeTarget } from './plane';
import { bayesParameters } from './task';

export const flowDeltas = [0, 0.5, 5] as const;
export const flowParameters = { ...bayesParameters, gamma: 1, time: 4 };

const nodes = 4096;
const steps = 25;

/** Test errors of the source and of a fresh target at each δ; against four times the nodes right to 0.5 %, against four times the steps to 0.1 %. */
export function exactFlow(weightDecay: number, deltas: readonly number[] = flowDeltas): number[] {
  const { gamma, time } = flowParameters;
  const source = flowNodes(startNodes(nodes), { task: planeSource, gamma, time, decay: weightDecay, delta: 0 }, [], steps);
  const fresh = withFreshReadout(source);
  return [
    meanSquare(outputs(source, gamma, planeSource.testInputs), planeSource.testLabels),
    ...deltas.map((delta) => {
      const target = flowNodes(fresh, { task: planeTarget, gamma, time, decay: weightDecay, delta }, [], steps);
      return meanSquare(outputs(target, gamma, planeTarget.testInputs), planeTarget.testLabels);
    }),
  ];
}
