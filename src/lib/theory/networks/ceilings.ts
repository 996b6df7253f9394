import type { Backend } from '$lib/backend/backend';
import type { Member, Weights } from '$lib/theory/networks/member';
import type { Stopped } from '$lib/theory/networks/stopped';

/**
 * A loss that is so many times the energy at the start cannot be the flow's: it only loses energy, ½Σ Δ² + ½(λ|w|² + λ|v|² + δ|w − w̄|²)/(γ²N).
 * Below that a step may still be too long to be right, but what it does passes.
 */
const gainTooMuch = 10;

/** A mean loss that single precision makes of labels that are all 0. */
const rounding = 1e-3;

/** The largest mean loss with which each network is not lost, from the losses before any step; undefined where it was stopped. */
export const ceilingsFrom = async (
  backend: Backend,
  members: readonly Member[],
  { hidden, readout }: Weights,
  losses: readonly number[],
  stopped: Stopped,
): Promise<readonly number[] | undefined> => {
  const squares = members.map(() => 0);
  if (members.some(({ weightDecay }) => weightDecay > 0))
    for (const matrix of [...hidden, readout]) {
      using own = backend.dot(matrix, matrix);
      if (await stopped()) return undefined;
      (await backend.read(own)).forEach((square, b) => (squares[b]! += square));
    }
  return members.map(({ gamma, weightDecay, task }, b) => {
    const decaying = (weightDecay * squares[b]!) / (gamma ** 2 * readout.rows * task.trainLabels.length);
    return losses[b]! < Infinity ? gainTooMuch * (losses[b]! + decaying) + rounding : NaN;
  });
};
