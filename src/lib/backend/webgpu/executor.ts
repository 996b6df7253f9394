import { bufferUsage, shaderStageCompute } from './flags';
import type { Kernel } from './kernel';
import type { Lease } from './memory';

/** Bytes of a uniform slot: the alignment WebGPU requires of a dynamic offset. */
const slotBytes = 256;
/** Dispatches after which the batch is handed over. */
const slots = 256;

interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly number: number;
}

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
  readonly #pipelines = new Map<string, Compiled>();
  readonly #groups = new Map<string, GPUBindGroup>();
  /** While rehearsing: the kernels asked for; nothing reaches the device. */
  #rehearsed: Set<Kernel> | undefined;
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
  async prepare(kernels: Iterable<Kernel>): Promise<void> {
    const missing = [...kernels].filter(({ source }) => !this.#pipelines.has(source));
    await Promise.all(
      missing.map(async (kernel) => {
        const { layout, descriptor } = this.#describe(kernel);
        const pipeline = await this.#device.createComputePipelineAsync(descriptor);
        if (!this.#pipelines.has(kernel.source)) this.#pipelines.set(kernel.source, { pipeline, layout, number: this.#pipelines.size });
      }),
    );
  }

  dispatch({ kernel, leases, values, grid, work }: Dispatch): void {
    if (this.#rehearsed) {
      this.#rehearsed.add(kernel);
      return;
    }
    const compiled = this.#compile(kernel);
    const group = this.#group(compiled, leases);
    const offset = this.#used * slotBytes;
    kernel.parameters.forEach(({ type }, i) => {
      const value = values[i] ?? 0;
      if (type === 'f32') this.#bytes.setFloat32(offset + 4 * i, value, true);
      else if (type === 'i32') this.#bytes.setInt32(offset + 4 * i, value, true);
      else this.#bytes.setUint32(offset + 4 * i, value, true);
    });
    const pass = (this.#pass ??= this.#commands().beginComputePass());
    pass.setPipeline(compiled.pipeline);
    pass.setBindGroup(0, group, [offset]);
    pass.dispatchWorkgroups(...grid);
    for (const lease of leases) lease.usedIn = this.#submission;
    this.#used++;
    this.#work += work;
    this.#operations += work;
    this.#dispatches++;
    if (this.#used === slots || this.#work > this.#workLimit) this.flush();
  }

  /** Copies and clears, in order with the dispatches; `leases` are the buffers they touch. */
  encode(leases: readonly Lease[], record: (encoder: GPUCommandEncoder) => void): void {
    if (this.#rehearsed) return;
    this.#pass?.end();
    this.#pass = undefined;
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
    this.#groups.clear();
  }

  flush(): void {
    if (!this.#encoder) return;
    this.#pass?.end();
    if (this.#used > 0) this.#device.queue.writeBuffer(this.#uniforms, 0, this.#bytes.buffer, 0, this.#used * slotBytes);
    this.#device.queue.submit([this.#encoder.finish()]);
    this.#encoder = undefined;
    this.#pass = undefined;
    this.#used = 0;
    this.#work = 0;
    this.#submission++;
  }

  dispose(): void {
    this.#uniforms.destroy();
    this.#groups.clear();
    this.#pipelines.clear();
  }

  #commands(): GPUCommandEncoder {
    return (this.#encoder ??= this.#device.createCommandEncoder());
  }

  #compile(kernel: Kernel): Compiled {
    const known = this.#pipelines.get(kernel.source);
    if (known) return known;
    const { layout, descriptor } = this.#describe(kernel);
    const compiled = { pipeline: this.#device.createComputePipeline(descriptor), layout, number: this.#pipelines.size };
    this.#pipelines.set(kernel.source, compiled);
    return compiled;
  }

  #describe(kernel: Kernel): { readonly layout: GPUBindGroupLayout; readonly descriptor: GPUComputePipelineDescriptor } {
    const device = this.#device;
    const layout = device.createBindGroupLayout({
      label: kernel.name,
      entries: [
        { binding: 0, visibility: shaderStageCompute, buffer: { type: 'uniform', hasDynamicOffset: true } },
        ...kernel.bindings.map(({ writable }, i): GPUBindGroupLayoutEntry => ({
          binding: i + 1,
          visibility: shaderStageCompute,
          buffer: { type: writable ? 'storage' : 'read-only-storage' },
        })),
      ],
    });
    const module = device.createShaderModule({ label: kernel.name, code: kernel.source });
    const descriptor = {
      label: kernel.name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' },
    };
    return { layout, descriptor };
  }

  #group(compiled: Compiled, leases: readonly Lease[]): GPUBindGroup {
    const key = `${compiled.number}:${leases.map((lease) => lease.id).join(',')}`;
    const known = this.#groups.get(key);
    if (known) return known;
    if (this.#groups.size > 4096) this.#groups.clear();
    const group = this.#device.createBindGroup({
      layout: compiled.layout,
      entries: [
        { binding: 0, resource: { buffer: this.#uniforms, size: slotBytes } },
        ...leases.map((lease, i) => ({ binding: i + 1, resource: { buffer: lease.buffer } })),
      ],
    });
    this.#groups.set(key, group);
    return group;
  }
}
