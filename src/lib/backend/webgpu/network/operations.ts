import type { Backend } from '$lib/backend/backend';
import type { Context } from '../context';
import { descend } from './descent';
import { features, shiftedFeatures } from './features';
import { flow } from './flow';
import { particleSteps } from './particles';

export type Network = Pick<Backend, 'features' | 'shiftedFeatures' | 'particleSteps' | 'descend' | 'flow'>;

/** Features of hidden neurons and the particle steps on the GPU. */
export const network = (context: Context): Network => ({
  features: (activation, w, x, slopes) => features(context, activation, w, x, slopes),
  shiftedFeatures: (activation, w, x, shift) => shiftedFeatures(context, activation, w, x, shift),
  descend: (problem, state, first, count) => descend(context, problem, state, first, count),
  particleSteps: (problem, state, dt, count, key, average, yieldToDevice) =>
    particleSteps(context, problem, state, dt, count, key, average, yieldToDevice),
  flow: (problem, state, steps, path) => flow(context, problem, state, steps, path),
});
