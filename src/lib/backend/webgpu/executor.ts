import { Profiler } from './account';
import { bufferUsage } from './flags';
import type { Kernel } from './kernel';
import type { Lease } from './memory';
import { Pipelines } from './pipelines';
import { Stopwatch } from './stopwatch';

/** Bytes of a uniform slot: the alignment WebGPU requires of a dynamic offset. */
const slotBytes = 256;
/** Dispatches after which the batch is handed over. */
const slots = 256;
/** Of an account the first submissions are timed, so that short work is known whole; then one in so many: what is timed is cut into more passes. */
const timedFirst = 8;
const timedEvery = 8;

export interface Dispatch {
  readonly kernel: Kernel;
  readonly leases: readonly Lease[];
  /** In the order of `kernel.parameters`. */
  readonly values: readonly number[];
  /** Workgroups. */
  readonly grid: readonly [x: number, y: number, z: number];
  /** Rough count of arithmetic operations, so that no submission grows too long. */
  readonly work: number;
}

/**
 * Gathers dispatches in one command encoder and hands them over together: on a read, on `settle`, after 256 of them, or
 * when their estimated work passes `workLimit` (a submission must stay far below the driver's two seconds).
 * Scalars go through one uniform buffer with dynamic offsets, written once a submission. The raw device is used here rather
 * than TypeGPU's bind groups and pipelines: those know no dynamic offsets, and a dispatch has to stay cheap.
 */
export class Executor {
  readonly #device: GPUDevice;
  readonly #workLimit: number;
  readonly #uniforms: GPUBuffer;
  readonly #bytes = new DataView(new ArrayBuffer(slots * slotBytes));
  readonly #pipelines: Pipelines;
  /** While rehearsing: the kernels asked for; nothing reaches the device. */
  #rehearsed: Set<Kernel> | undefined;
  /** Open accounts. */
  readonly #profilers = new Set<Profiler>();
  readonly #stopwatch: Stopwatch | undefined;
  /** What is recorded now is timed. */
  #timed = false;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #used = 0;
  #work = 0;
  #operations = 0;
  #submission = 1;
  #dispatches = 0;

  constructor(device: GPUDevice, workLimit: number) {
    this.#device = device;
    this.#workLimit = workLimit;
    this.#uniforms = device.createBuffer({
      label: 'scalars of the dispatches',
      size: slots * slotBytes,
      usage: bufferUsage.uniform | bufferUsage.copyTarget,
    });
    this.#pipelines = new Pipelines(device, { buffer: this.#uniforms, size: slotBytes });
    if (device.features.has('timestamp-query')) this.#stopwatch = new Stopwatch(device, slots);
  }

  /** Opens an account of what is dispatched from now on. Times are those of a sample, where the device tells them. */
  account(): Profiler {
    // What was recorded before is not part of it.
    this.flush();
    const profiler = new Profiler(
      async () => {
        this.flush();
        await this.#stopwatch?.told();
      },
      (closed) => {
        this.#endPass();
        this.#profilers.delete(closed);
      },
    );
    this.#profilers.add(profiler);
    return profiler;
  }

  get dispatches(): number {
    return this.#dispatches;
  }

  /** Operations recorded, in all. */
  get operations(): number {
    return this.#operations;
  }

  /** The kernels that some work would dispatch. The work is not done; its matrices hold nothing. */
  rehearse(work: () => void): ReadonlySet<Kernel> {
    const kernels = (this.#rehearsed = new Set<Kernel>());
    try {
      work();
    } finally {
      this.#rehearsed = undefined;
    }
    return kernels;
  }

  /** Compiles kernels side by side, so that their first dispatch does not wait for each in turn. */
  prepare(kernels: Iterable<Kernel>): Promise<void> {
    return this.#pipelines.prepare(kernels);
  }

  dispatch({ kernel, leases, values, grid, work }: Dispatch): void {
    if (this.#rehearsed) {
      this.#rehearsed.add(kernel);
      return;
    }
    const compiled = this.#pipelines.compile(kernel);
    const group = this.#pipelines.group(compiled, leases);
    const offset = this.#used * slotBytes;
    kernel.parameters.forEach(({ type, byte }, i) => {
      const value = values[i] ?? 0;
      if (type === 'f32') this.#bytes.setFloat32(offset + byte, value, true);
      else if (type === 'i32') this.#bytes.setInt32(offset + byte, value, true);
      else this.#bytes.setUint32(offset + byte, value, true);
    });
    const pass = this.#passFor(kernel.name);
    pass.setPipeline(compiled.pipeline);
    pass.setBindGroup(0, group, [offset]);
    pass.dispatchWorkgroups(...grid);
    for (const lease of leases) lease.usedIn = this.#submission;
    this.#used++;
    this.#work += work;
    this.#operations += work;
    this.#dispatches++;
    for (const profiler of this.#profilers) profiler.count(kernel.name);
    if (this.#used === slots || this.#work > this.#workLimit) this.flush();
  }

  /** Copies and clears, in order with the dispatches; `leases` are the buffers they touch. */
  encode(leases: readonly Lease[], record: (encoder: GPUCommandEncoder) => void): void {
    if (this.#rehearsed) return;
    this.#endPass();
    record(this.#commands());
    for (const lease of leases) lease.usedIn = this.#submission;
  }

  /** Writes from the CPU. It would overtake commands not yet handed over, so those that use the buffer go first. */
  write(lease: Lease, data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void {
    if (this.#rehearsed) return;
    if (lease.usedIn === this.#submission) this.flush();
    this.#device.queue.writeBuffer(lease.buffer, 0, data);
  }

  /** To be called before a buffer is destroyed. */
  forget(lease: Lease): void {
    if (lease.usedIn === this.#submission) this.flush();
    this.#pipelines.forgetGroups();
  }

  flush(): void {
    if (!this.#encoder) return;
    this.#endPass();
    if (this.#used > 0) this.#device.queue.writeBuffer(this.#uniforms, 0, this.#bytes.buffer, 0, this.#used * slotBytes);
    const told = this.#timed ? this.#stopwatch?.end(this.#encoder) : undefined;
    this.#device.queue.submit([this.#encoder.finish()]);
    told?.();
    this.#timed = false;
    this.#encoder = undefined;
    this.#used = 0;
    this.#work = 0;
    this.#submission++;
  }

  dispose(): void {
    this.#stopwatch?.dispose();
    this.#uniforms.destroy();
    this.#pipelines.dispose();
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = undefined;
  }

  #commands(): GPUCommandEncoder {
    return (this.#encoder ??= this.#device.createCommandEncoder());
  }

  /** The pass under way, or, where this submission is timed and the kernel another than before, a new one. */
  #passFor(kernel: string): GPUComputePassEncoder {
    if (this.#used === 0 && this.#profilers.size > 0) this.#timed = this.#isSampled();
    if (!this.#timed || !this.#stopwatch) return (this.#pass ??= this.#commands().beginComputePass());
    if (!this.#pass || !this.#stopwatch.continues(kernel)) {
      this.#endPass();
      const timestampWrites = this.#stopwatch.begin(kernel, [...this.#profilers]);
      this.#pass = this.#commands().beginComputePass({ ...(timestampWrites && { timestampWrites }) });
    }
    this.#stopwatch.count();
    return this.#pass;
  }

  /** Whether the submission that begins is one to be timed, for any account. */
  #isSampled(): boolean {
    let sampled = false;
    for (const profiler of this.#profilers) {
      const number = profiler.submissions++;
      sampled ||= number < timedFirst || number % timedEvery === 0;
    }
    return sampled && (this.#stopwatch?.ready ?? false);
  }
}
