import type { Backend, WalkerBackend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import { requestDevice, type GpuDevice } from './adapter';
import { Context, type Tuning } from './context';
import { linearAlgebra } from './linalg/operations';
import { network } from './network/operations';
import { angles, reluAngles } from './operations/angles';
import { combine } from './operations/combine';
import { addDiagonal, diagonal, hadamard, transpose } from './operations/elementwise';
import { kernelGram } from './operations/kernel-gram';
import { nngp } from './operations/nngp';
import { normal } from './operations/normal';
import { paint } from './operations/paint';
import { gram, product } from './operations/product';
import { reorder, rowExtremes } from './operations/rows';
import { dot, rowSums } from './operations/sums';
import { copyInto, reshape, slice } from './operations/view';
import { chooseVariants, usualMeasuring, type Choices, type Measuring, type TuningMemory } from './tune';
import { firstOperations } from './warm-up';

export interface WebGpuOptions {
  /** `navigator.gpu` of the page or the worker, or Dawn's in Node. */
  readonly gpu: GPU | undefined;
  /** What is chosen by the kind of adapter, or measured, otherwise. */
  readonly tuning?: Partial<Tuning> | undefined;
  /** Keeps what was measured of an adapter; without one it is measured at every start. */
  readonly memory?: TuningMemory | undefined;
  /** A companion in double precision: `Backend.double`. */
  readonly double?: WalkerBackend | undefined;
  /** For tests: `always` measures software adapters too. */
  readonly measuring?: Measuring & { readonly always?: boolean };
}

/** The product's backend: f32 on a GPU. */
export interface WebGpuBackend extends Backend {
  readonly name: 'webgpu';
  readonly software: boolean;
  /** The variants in use. */
  readonly variants: Choices;
  /** Bytes of released buffers kept for reuse; not in `liveBytes`. */
  readonly pooledBytes: number;
  /**
   * Resolves, with the reason, when the device was lost or reported a fault: all its matrices are then gone, and every
   * further call rejects with that reason. Make a new backend and compute anew. Never resolves after `dispose`.
   */
  readonly broken: Promise<Error>;
  /** Arithmetic operations handed to the device so far, as estimated for the cutting of submissions. */
  readonly operations: number;
  /** Compiles the kernels of a first sheet side by side. */
  warmUp(): Promise<void>;
  /** For tests: the device itself. */
  readonly device: GPUDevice;
}

const tuningFor = ({ software, device }: GpuDevice): Tuning => ({
  product: software ? 'registers' : 'shared',
  cholesky: software ? 'registers' : 'shared',
  networkBytes: device.limits.maxComputeWorkgroupStorageSize,
  workLimit: software ? 2e8 : 2e10,
  pooledBytes: software ? 2 ** 27 : 2 ** 28,
  canvas: !software,
});

/**
 * The webgpu backend on the high-performance adapter of `gpu`, or a `Problem` when there is none (then `reference` computes).
 */
export async function createWebGpuBackend({ gpu, tuning, memory, double, measuring }: WebGpuOptions): Promise<WebGpuBackend | Problem> {
  const found = await requestDevice(gpu);
  if (found instanceof Problem) return found;
  const context = new Context(found, { ...tuningFor(found), ...tuning });
  // On a software adapter barriers cost a factor of five or more: there is nothing to measure, and the first curve would wait for it.
  const wanted = !found.software || measuring?.always;
  if (wanted && !(tuning?.product && tuning.cholesky)) {
    await chooseVariants(context, memory, measuring ?? usualMeasuring);
    context.tune(tuning ?? {});
  }
  return assemble(context, double);
}

const assemble = (context: Context, double: WalkerBackend | undefined): WebGpuBackend => {
  const backend: WebGpuBackend = {
    name: 'webgpu',
    adapter: context.gpu.name,
    software: context.gpu.software,
    roundoff: 2 ** -24,
    ...(double && { double, walking: double }),
    variants: { product: context.tuning.product, cholesky: context.tuning.cholesky },
    device: context.gpu.device,
    broken: context.faults.broken,
    get liveBytes() {
      return context.memory.liveBytes;
    },
    get pooledBytes() {
      return context.memory.pooledBytes;
    },
    get dispatches() {
      return context.executor.dispatches;
    },
    get operations() {
      return context.executor.operations;
    },
    get workLimit() {
      return context.tuning.workLimit;
    },
    account: () => context.executor.account(),
    upload: (shape, data) => context.upload(shape, data),
    zeros: (shape) => context.zeros(shape),
    read: (matrix) => context.read(matrix),
    reshape: (matrix, shape) => reshape(context, matrix, shape),
    slice: (matrix, first, count) => slice(context, matrix, first, count),
    copy: (from, into, first) => {
      copyInto(context, from, into, first);
    },
    normal: (shape, key) => normal(context, shape, key),
    product: (a, b, options) => product(context, a, b, options),
    gram: (x, z) => gram(context, x, z),
    combine: (terms, into) => combine(context, terms, into),
    hadamard: (a, b) => hadamard(context, a, b),
    transpose: (a) => transpose(context, a),
    addDiagonal: (a, value) => addDiagonal(context, a, value),
    diagonal: (a) => diagonal(context, a),
    rowSums: (a) => rowSums(context, a),
    rowExtremes: (a) => rowExtremes(context, a),
    reorder: (a, order) => reorder(context, a, order),
    dot: (a, b) => dot(context, a, b),
    nngp: (activation, c, a, b, angle) => nngp(context, activation, c, a, b, angle),
    angles: (x, z) => angles(context, x, z),
    reluAngles: (given) => reluAngles(context, given),
    kernelGram: (activation, x, z, scales) => kernelGram(context, activation, x, z, scales),
    ...linearAlgebra(context),
    ...network(context),
    paint: (matrix, index, range, palette) => paint(context, matrix, index, range, palette),
    settle: () => context.settle(),
    yieldToDevice: () => context.yieldToDevice(),
    dispose: () => {
      context.dispose();
    },
    warmUp: () =>
      context.executor.prepare(
        context.executor.rehearse(() => {
          firstOperations(backend);
        }),
      ),
  };
  return backend;
};
