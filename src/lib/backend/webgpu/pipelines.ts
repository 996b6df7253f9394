import { shaderStageCompute } from './flags';
import type { Kernel } from './kernel';
import type { Lease } from './memory';

export interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly number: number;
}

/** Bind groups remembered; beyond that they are made anew. */
const mostGroups = 4096;

/** Pipelines by the source of their kernel, and bind groups by the buffers they bind: each is made once. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #scalars: GPUBindingResource;
  readonly #pipelines = new Map<string, Compiled>();
  readonly #groups = new Map<string, GPUBindGroup>();

  /** @param scalars the uniform slot that dynamic offsets move along */
  constructor(device: GPUDevice, scalars: GPUBindingResource) {
    this.#device = device;
    this.#scalars = scalars;
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

  compile(kernel: Kernel): Compiled {
    const known = this.#pipelines.get(kernel.source);
    if (known) return known;
    const { layout, descriptor } = this.#describe(kernel);
    const compiled = { pipeline: this.#device.createComputePipeline(descriptor), layout, number: this.#pipelines.size };
    this.#pipelines.set(kernel.source, compiled);
    return compiled;
  }

  group(compiled: Compiled, leases: readonly Lease[]): GPUBindGroup {
    const key = `${compiled.number}:${leases.map((lease) => lease.id).join(',')}`;
    const known = this.#groups.get(key);
    if (known) return known;
    if (this.#groups.size > mostGroups) this.#groups.clear();
    const group = this.#device.createBindGroup({
      layout: compiled.layout,
      entries: [
        { binding: 0, resource: this.#scalars },
        ...leases.map((lease, i) => ({ binding: i + 1, resource: { buffer: lease.buffer } })),
      ],
    });
    this.#groups.set(key, group);
    return group;
  }

  /** Bind groups may hold a buffer that is about to go. */
  forgetGroups(): void {
    this.#groups.clear();
  }

  dispose(): void {
    this.#groups.clear();
    this.#pipelines.clear();
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
}
