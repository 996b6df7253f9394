import type { Backend } from '$lib/backend/backend';
import type { Context } from '../context';
import { features } from './features';
import { flow } from './flow';
import { particleSteps } from './particles';

export type Network = Pick<Backend, 'features' | 'particleSteps' | 'flow'>;

/** Features of hidden neurons and the particle steps on the GPU. */
export const network = (context: Context): Network => ({
  features: (activation, w, x, slopes) => features(context, activation, w, x, slopes),
  particleSteps: (problem, state, dt, count, key, average) => {
    particleSteps(context, problem, state, dt, count, key, average);
  },
  flow: (problem, state, steps, path) => flow(context, problem, state, steps, path),
});
