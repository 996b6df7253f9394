import { Problem } from '$lib/base/problem';

const filters = ['validation', 'out-of-memory', 'internal'] as const;

/**
 * What went wrong on the device since the backend was made. Error scopes are always open, so that every fault is found at
 * the next read or settle; from then on every read fails, since a submission with a fault in it is dropped whole and any
 * matrix may hold old numbers. The owner then makes a new backend and replays.
 */
export class Faults {
  readonly #device: GPUDevice;
  #failure: Error | undefined;
  #disposed = false;
  #announce: (failure: Error) => void = () => undefined;
  /** Resolves with the reason when this backend can no longer be used (never when it was disposed on purpose). */
  readonly broken: Promise<Error>;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.broken = new Promise((resolve) => {
      this.#announce = resolve;
    });
    this.#open();
    device.addEventListener('uncapturederror', (event) => {
      this.#record(event.error, event.error.constructor.name === 'GPUOutOfMemoryError');
    });
    void device.lost.then((info) => {
      this.#fail(new Error(`the GPU device was lost: ${info.message || info.reason}`));
    });
  }

  /** Throws what has gone wrong in work handed over before this call. */
  async check(): Promise<void> {
    this.throwKnown();
    const found = this.#close();
    this.#open();
    try {
      (await Promise.all(found)).forEach((error, i) => {
        if (error) this.#record(error, filters[i] === 'out-of-memory');
      });
    } catch (error) {
      this.#fail(new Error('the GPU device was lost while it was asked for errors', { cause: error }));
    }
    this.throwKnown();
  }

  throwKnown(): void {
    if (this.#disposed) throw new Error('a disposed backend was used');
    if (this.#failure) throw this.#failure;
  }

  /** Fails with the known reason, or with `error` when none is known. */
  async explain(error: unknown): Promise<never> {
    this.throwKnown();
    // A mapping may be refused a moment before the device tells that it is lost.
    await Promise.race([this.#device.lost, new Promise((resolve) => setTimeout(resolve, 200))]);
    this.throwKnown();
    throw new Error('the GPU did not give its numbers back', { cause: error });
  }

  dispose(): void {
    this.#disposed = true;
  }

  #open(): void {
    for (const filter of filters) this.#device.pushErrorScope(filter);
  }

  #close(): Promise<GPUError | null>[] {
    return filters.map(() => this.#device.popErrorScope());
  }

  #record(error: GPUError, memory: boolean): void {
    this.#fail(
      memory
        ? new Problem(`the GPU has no memory left for this: ${error.message}`)
        : new Error(`WebGPU reported a fault: ${error.message}`),
    );
  }

  #fail(failure: Error): void {
    if (this.#disposed || this.#failure) return;
    this.#failure = failure;
    this.#announce(failure);
  }
}
