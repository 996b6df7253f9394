import type { Backend } from '$lib/backend/backend';
import type { Run } from '$lib/base/run';

/** What some work gives, or the reason of the stop as soon as it comes; what is under way ends by itself and nobody hears of it. */
function unlessStopped<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener('abort', stop);
      });
  });
}

/**
 * A backend on which `settle` and `rest` end, with the reason, as soon as the run is stopped; reads end when the device has done what they wait
 * for. For the time of the run only: a kernel outlives it, and holds on to the backend itself.
 */
export const stoppable = (backend: Backend, { signal }: Pick<Run, 'signal'>): Backend =>
  Object.create(backend, {
    settle: { value: async () => unlessStopped(signal, () => backend.settle()) },
    yieldToDevice: { value: async () => unlessStopped(signal, () => backend.yieldToDevice()) },
  }) as Backend;

/** Ends when the device has done what it was given, or as soon as the run is stopped; then what is under way ends by itself. */
export async function settledOrStopped(backend: Backend, signal: AbortSignal): Promise<void> {
  try {
    await unlessStopped(signal, () => backend.settle());
  } catch (error) {
    if (error !== signal.reason) throw error;
  }
}
