import { flowNodes, outputs, startNodes, withFreshReadout } from './flow-quadrature';
import { meanSquare, planeSource, planeTarget } from './plane';
import { bayesParameters } from './task';

export const flowDeltas = [0, 0.5, 5] as const;
export const flowParameters = { ...bayesParameters, gamma: 1, time: 4 };

/** Test errors of the source and of a fresh target at each δ, by quadrature; against finer grids right to 0.7 %. */
export function exactFlow(weightDecay: number, deltas: readonly number[] = flowDeltas): number[] {
  const { gamma, time } = flowParameters;
  const steps = 100;
  const source = flowNodes(startNodes(12, 8), { task: planeSource, gamma, time, decay: weightDecay, delta: 0 }, [], steps);
  // The target's grid is less fine, for it has a direction more.
  const coarse = flowNodes(startNodes(10, 8), { task: planeSource, gamma, time, decay: weightDecay, delta: 0 }, [], steps);
  const fresh = withFreshReadout(coarse, 6);
  return [
    meanSquare(outputs(source, gamma, planeSource.testInputs), planeSource.testLabels),
    ...deltas.map((delta) => {
      const target = flowNodes(fresh, { task: planeTarget, gamma, time, decay: weightDecay, delta }, [], steps);
      return meanSquare(outputs(target, gamma, planeTarget.testInputs), planeTarget.testLabels);
    }),
  ];
}
