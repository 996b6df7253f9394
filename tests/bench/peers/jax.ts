import type * as Library from '@jax-js/jax';
import type { Outcome, Peer } from '../bench';

export type JaxArray = Library.Array;

export interface Jax extends Peer {
  readonly name: 'jax-js';
  readonly jax: typeof Library;
  readonly upload: (shape: readonly number[], values: Float32Array<ArrayBuffer>) => JaxArray;
  readonly outcome: (result: JaxArray) => Outcome;
}

/** jax-js on its WebGPU backend. An array is consumed by its use unless it is passed as `array.ref`. */
export async function createJax(): Promise<Jax> {
  const jax = await import('@jax-js/jax');
  const devices = await jax.init('webgpu');
  if (!devices.includes('webgpu')) throw new Error('jax-js found no WebGPU');
  jax.defaultDevice('webgpu');
  const arrays = new WeakMap<Outcome, JaxArray>();
  return {
    name: 'jax-js',
    jax,
    upload: (shape, values) => jax.numpy.array(values, { shape: [...shape] }),
    outcome: (result) => {
      const outcome: Outcome = {
        values: () => result.ref.data(),
        dispose: () => {
          result.dispose();
        },
      };
      arrays.set(outcome, result);
      return outcome;
    },
    settle: async (outcome) => {
      // It is lazy: what the result waits for has to be asked for.
      await arrays.get(outcome)?.blockUntilReady();
      await jax.getWebGPUDevice().queue.onSubmittedWorkDone();
    },
    dispose: () => undefined,
  };
}
