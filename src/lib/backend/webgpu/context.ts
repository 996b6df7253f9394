import type { Matrix, Shape } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { GpuDevice } from './adapter';
import { Executor } from './executor';
import { Faults } from './faults';
import { bufferUsage, mapModeRead } from './flags';
import type { Kernel } from './kernel';
import { GpuMatrix, Storage, own, shapeText } from './matrix';
import { GpuMemory, sizeClass } from './memory';

/** `registers`: tiles in the registers of an invocation, no barriers (software adapters); `shared`: tiles in workgroup memory (real GPUs). */
export type Variant = 'registers' | 'shared';

export interface Tuning {
  /** Of products. */
  readonly product: Variant;
  /** Of factorisations, and how substitutions and inverses divide their work. */
  readonly cholesky: Variant;
  /** Bytes of workgroup memory in which a whole network may be kept for many steps. */
  readonly networkBytes: number;
  /** Operations a submission may hold, roughly: aims at 50–200 ms. */
  readonly workLimit: number;
  /** Bytes of released buffers kept for reuse. */
  readonly pooledBytes: number;
  /**
   * Pictures leave by a canvas, without coming by the CPU's memory. Off on software adapters: there the memory is the CPU's
   * anyway, and Chromium's software compositor loses every device of the process at the first frame of such a canvas.
   */
  readonly canvas: boolean;
}

/** Entries per workgroup of the elementwise kernels: 64 invocations of 16 entries. */
const entriesPerGroup = 1024;

/** Parameters of a dispatch besides the offsets and strides, which it fills itself. */
type Given<Name extends string> = Readonly<Record<Name, number>>;

/** What operations are written against: memory, dispatches and read-back of one device. */
export class Context {
  readonly gpu: GpuDevice;
  #tuning: Tuning;
  readonly faults: Faults;
  readonly executor: Executor;
  readonly memory: GpuMemory;
  readonly #staging: GPUBuffer[] = [];
  /** Operations that the device is known to have done. */
  #done = 0;
  #yielding: Promise<void> | undefined;
  readonly #release = (lease: Storage['lease']): void => {
    this.memory.release(lease);
  };

  constructor(gpu: GpuDevice, tuning: Tuning) {
    this.gpu = gpu;
    this.#tuning = tuning;
    this.faults = new Faults(gpu.device);
    this.executor = new Executor(gpu.device, tuning.workLimit);
    this.memory = new GpuMemory(gpu.device, gpu.largestBinding, tuning.pooledBytes, (lease) => {
      this.executor.forget(lease);
    });
  }

  get tuning(): Tuning {
    return this.#tuning;
  }

  /** Changes what was chosen; what is recorded already is not affected. */
  tune(changes: Partial<Tuning>): void {
    this.#tuning = { ...this.#tuning, ...changes };
  }

  /** A matrix whose entries are not set yet: for a kernel that writes every one of them. */
  empty(shape: Shape): GpuMatrix {
    return this.#make(shape).matrix;
  }

  zeros(shape: Shape): GpuMatrix {
    const { matrix, pooled } = this.#make(shape);
    if (pooled) {
      const { lease } = matrix.storage;
      this.executor.encode([lease], (encoder) => {
        encoder.clearBuffer(lease.buffer, 0, Math.ceil(matrix.bytes / 4) * 4);
      });
    }
    return matrix;
  }

  upload(shape: Shape, data: ArrayLike<number>): GpuMatrix {
    const elements = (shape.batch ?? 1) * shape.rows * shape.columns;
    if (data.length !== elements) throw new Error(`${data.length} numbers given for a matrix ${shapeText(shape)}`);
    const matrix = this.empty(shape);
    const values =
      data instanceof Float32Array && data.buffer instanceof ArrayBuffer ? (data as Float32Array<ArrayBuffer>) : Float32Array.from(data);
    this.executor.write(matrix.storage.lease, values);
    return matrix;
  }

  /** The same for 32-bit words, for bindings of type u32: [1, words]. */
  uploadWords(words: Uint32Array<ArrayBuffer>): GpuMatrix {
    const matrix = this.empty({ rows: 1, columns: words.length });
    this.executor.write(matrix.storage.lease, words);
    return matrix;
  }

  /** A view on the storage of `matrix`, from its element `offset`. */
  view(matrix: GpuMatrix, shape: Shape, offset = 0): GpuMatrix {
    return new GpuMatrix(shape, matrix.storage, matrix.offset + offset);
  }

  /**
   * Records one dispatch. `matrices` gives a matrix for every binding of the kernel; those of batch 1 get stride 0.
   * A matrix that is written may not share its buffer with another binding (WebGPU forbids it): see `apart`.
   */
  dispatch<Name extends string, Binding extends string>(
    kernel: Kernel<Name, Binding>,
    matrices: Readonly<Record<Binding, Matrix>>,
    parameters: Given<Name>,
    grid: readonly [x: number, y?: number, z?: number],
    work = 0,
  ): void {
    this.faults.throwKnown();
    const all = new Map<string, number>(Object.entries(parameters));
    const leases = kernel.bindings.map(({ name, numbers }) => {
      const matrix = own(matrices[name]);
      all.set(`${name}Offset`, matrix.offset / numbers);
      all.set(`${name}Stride`, matrix.batch === 1 ? 0 : (matrix.rows * matrix.columns) / numbers);
      return matrix.storage.lease;
    });
    const values = kernel.parameters.map(({ name }) => {
      const value = all.get(name);
      if (value === undefined) throw new Error(`${kernel.name}: no value for ${name}`);
      return value;
    });
    const most = this.gpu.device.limits.maxComputeWorkgroupsPerDimension;
    const [x, y = 1, z = 1] = grid;
    if (Math.max(x, y, z) > most) {
      throw new Problem(`${kernel.name}: ${Math.max(x, y, z)} groups of work along one side, but this GPU takes at most ${most}`);
    }
    this.executor.dispatch({ kernel, leases, values, grid: [x, y, z], work });
  }

  /**
   * Cuts `count` rows (or entries) of `workEach` operations each into portions [first, end), one a dispatch, of about the
   * work a submission may hold; every `first` is a multiple of `multiple`.
   */
  portions(count: number, workEach: number, multiple: number): [first: number, end: number][] {
    const each = Math.max(1, Math.floor(this.tuning.workLimit / Math.max(1, workEach) / multiple)) * multiple;
    return Array.from({ length: Math.ceil(count / each) }, (_, i) => [i * each, Math.min(count, (i + 1) * each)]);
  }

  /**
   * Workgroups for `entries` entries at `perGroup` a group, folded into two dimensions where one would pass the limit.
   * The kernel finds its number as `group.x + group.y * groups.x`.
   */
  grid(entries: number, perGroup = entriesPerGroup): [number, number] {
    const groups = Math.max(1, Math.ceil(entries / perGroup));
    const most = this.gpu.device.limits.maxComputeWorkgroupsPerDimension;
    if (groups <= most) return [groups, 1];
    const rows = Math.ceil(groups / most);
    return [Math.ceil(groups / rows), rows];
  }

  /**
   * Runs `write` on `into`, or, when `into` shares its buffer with something that is read, on a new matrix copied to
   * `into` afterwards (with `keep` that one starts as a copy of `into`). Without `into` a new matrix of `shape` is
   * written and returned.
   */
  apart(shape: Shape, into: Matrix | undefined, reads: readonly Matrix[], write: (target: GpuMatrix) => void, keep = false): GpuMatrix {
    if (!into) {
      const made = this.empty(shape);
      write(made);
      return made;
    }
    const target = own(into);
    if (target.batch !== (shape.batch ?? 1) || target.rows !== shape.rows || target.columns !== shape.columns) {
      throw new Error(`into ${shapeText(target)} should be ${shapeText(shape)}`);
    }
    if (reads.every((matrix) => own(matrix).storage !== target.storage)) {
      write(target);
      return target;
    }
    using aside = this.empty(shape);
    if (keep) this.copy(target, aside, 0);
    write(aside);
    this.copy(aside, target, 0);
    return target;
  }

  /** All of `from` to `into`, from its element `start` on. */
  copy(from: GpuMatrix, into: GpuMatrix, start: number): void {
    if (from.elements === 0) return;
    if (from.storage === into.storage) {
      using aside = this.empty(from);
      this.copy(from, aside, 0);
      this.copy(aside, into, start);
      return;
    }
    const source = from.storage.lease;
    const target = into.storage.lease;
    this.executor.encode([source, target], (encoder) => {
      encoder.copyBufferToBuffer(source.buffer, 4 * from.offset, target.buffer, 4 * (into.offset + start), 4 * from.elements);
    });
  }

  /** The bytes of all entries. Rejects, never gives zeros, when anything failed on the way. */
  async bytes(matrix: GpuMatrix): Promise<ArrayBuffer> {
    this.faults.throwKnown();
    const size = 4 * matrix.elements;
    if (size === 0) return new ArrayBuffer(0);
    const staging = this.#takeStaging(size);
    const { lease } = matrix.storage;
    this.executor.encode([lease], (encoder) => {
      encoder.copyBufferToBuffer(lease.buffer, 4 * matrix.offset, staging, 0, size);
    });
    this.executor.flush();
    const { operations } = this.executor;
    const faults = this.faults.check();
    const mapped = staging.mapAsync(mapModeRead, 0, size);
    const [fault, map] = await Promise.allSettled([faults, mapped]);
    if (fault.status === 'rejected') {
      staging.destroy();
      throw fault.reason;
    }
    if (map.status === 'rejected') return this.faults.explain(map.reason);
    this.#done = Math.max(this.#done, operations);
    const bytes = staging.getMappedRange(0, size).slice(0);
    staging.unmap();
    this.#giveStaging(staging);
    return bytes;
  }

  async read(matrix: Matrix): Promise<Float64Array> {
    return Float64Array.from(new Float32Array(await this.bytes(own(matrix))));
  }

  async settle(): Promise<void> {
    this.faults.throwKnown();
    this.executor.flush();
    const { operations } = this.executor;
    const faults = this.faults.check();
    const [fault, done] = await Promise.allSettled([faults, this.gpu.device.queue.onSubmittedWorkDone()]);
    if (fault.status === 'rejected') throw fault.reason;
    if (done.status === 'rejected') return this.faults.explain(done.reason);
    this.#done = Math.max(this.#done, operations);
    this.faults.throwKnown();
  }

  /** Waits while the device has more than a submission's work before it. Of several that wait at a time each is let go when that is true for it. */
  async yieldToDevice(): Promise<void> {
    this.faults.throwKnown();
    while (this.executor.operations - this.#done > this.#tuning.workLimit) {
      this.#yielding ??= this.settle().finally(() => {
        this.#yielding = undefined;
      });
      await this.#yielding;
    }
  }

  dispose(): void {
    this.faults.dispose();
    this.memory.dispose();
    this.executor.dispose();
    for (const buffer of this.#staging) buffer.destroy();
    this.gpu.device.destroy();
  }

  #make(shape: Shape): { matrix: GpuMatrix; pooled: boolean } {
    this.faults.throwKnown();
    const { batch = 1 } = shape;
    const most = this.gpu.device.limits.maxComputeWorkgroupsPerDimension;
    // Every kernel takes the batch as one side of its grid.
    if (batch > most)
      throw new Problem(`a matrix ${shapeText(shape)} has ${batch} entries in its batch, but this GPU takes at most ${most}`);
    const bytes = 4 * batch * shape.rows * shape.columns;
    const { lease, pooled } = this.memory.take(bytes, `a matrix ${shapeText(shape)}`);
    return { matrix: new GpuMatrix(shape, new Storage(lease, this.#release)), pooled };
  }

  #takeStaging(size: number): GPUBuffer {
    const fitting = this.#staging.findIndex((buffer) => buffer.size >= size && buffer.size <= 4 * Math.max(size, 4096));
    const [known] = fitting >= 0 ? this.#staging.splice(fitting, 1) : [];
    return (
      known ??
      this.gpu.device.createBuffer({
        label: 'read-back',
        size: Math.min(sizeClass(size), this.gpu.device.limits.maxBufferSize),
        usage: bufferUsage.mapRead | bufferUsage.copyTarget,
      })
    );
  }

  /** Keeps a few small ones: large read-backs are rare. */
  #giveStaging(buffer: GPUBuffer): void {
    if (this.#staging.length < 8 && buffer.size <= 2 ** 24) this.#staging.push(buffer);
    else buffer.destroy();
  }
}
