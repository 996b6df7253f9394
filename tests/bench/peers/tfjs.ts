import type * as Library from '@tensorflow/tfjs-core';
import type { Outcome, Peer } from '../bench';

export interface Tfjs extends Peer {
  readonly name: 'tfjs';
  readonly tf: typeof Library;
  readonly outcome: (result: Library.Tensor) => Outcome;
}

/** TensorFlow.js on its WebGPU backend. */
export async function createTfjs(): Promise<Tfjs> {
  const tf = await import('@tensorflow/tfjs-core');
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  tf.enableProdMode();
  await tf.setBackend('webgpu');
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error(`tfjs fell back to ${tf.getBackend()}`);
  return {
    name: 'tfjs',
    tf,
    outcome: (result) => ({
      values: () => result.data(),
      dispose: () => {
        result.dispose();
      },
    }),
    settle: async () => {
      // It gathers commands: they have to be handed over.
      backend.endComputePassEncoder();
      backend.submitQueue();
      await backend.device.queue.onSubmittedWorkDone();
    },
    dispose: () => {
      tf.removeBackend('webgpu');
    },
  };
}
