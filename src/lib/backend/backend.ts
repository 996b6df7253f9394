import type { Activation } from '$lib/base/activation';
import type { FusedSteps } from '$lib/backend/fused';
import type { Factor, KernelScales, Matrix, ProductOptions, RandomKey, Shape } from '$lib/backend/matrix';
import type { WalkerSteps } from '$lib/backend/walkers';

export type * from '$lib/backend/fused';
export type * from '$lib/backend/matrix';
export type * from '$lib/backend/walkers';

/** What one shader did: `timed` of its `dispatches` took `milliseconds` together, by the device's clock. */
export interface ShaderUse {
  readonly name: string;
  readonly dispatches: number;
  readonly timed: number;
  readonly milliseconds: number;
}

/** What was handed to a device between its opening and `close`. */
export interface ShaderAccount {
  close(): void;
  /** One entry a shader. Waits for what is still being timed. */
  uses(): Promise<readonly ShaderUse[]>;
}

/**
 * The numerical vocabulary in which theories are written. Operations return at once; only what is read back is awaited.
 * Every operation broadcasts a batch of 1 against a batch of B. Shapes that do not fit throw (a bug of the caller);
 * sizes beyond the adapter throw a `Problem` before anything is allocated.
 */
export interface Backend extends FusedSteps {
  readonly name: 'webgpu' | 'cpu' | 'reference';
  /** As the machine calls it, e.g. `google swiftshader`; `double precision` for the reference, with how it is done for `cpu`. */
  readonly adapter: string;
  /** Threads of the processor that compute; absent where that is not a number one can tell. */
  readonly threads?: number;
  /** Unit roundoff of its arithmetic: 2⁻²⁴ or 2⁻⁵³. */
  readonly roundoff: number;
  /** A companion in double precision, for what this one's precision does not carry; absent where this one is double, or has none. */
  readonly double?: WalkerBackend;
  /** Where walkers are followed: here, where arithmetic is double, else on the companion; absent where there is none. */
  readonly walking?: WalkerBackend;
  /** Bytes in live matrices now. */
  readonly liveBytes: number;
  /** Work handed to the device so far (dispatches; operations on the reference): tests count with it. */
  readonly dispatches: number;
  /** Arithmetic operations that it does in about a tenth of a second, roughly: what one piece of work may hold. */
  readonly workLimit: number;
  /** Opens an account of the shaders that run from now on; absent where there are none. */
  account?(): ShaderAccount;

  // — making, reading, viewing —
  upload(shape: Shape, data: ArrayLike<number>): Matrix;
  zeros(shape: Shape): Matrix;
  /** All entries, [batch, rows, columns] row-major. */
  read(matrix: Matrix): Promise<Float64Array>;
  /** The same numbers under another shape of equal size. */
  reshape(matrix: Matrix, shape: Shape): Matrix;
  /** Entries `first … first+count−1` of the batch, as a view. */
  slice(matrix: Matrix, first: number, count?: number): Matrix;
  /** Copies `from` into `into` starting at batch entry `first`. Rows and columns must be equal. */
  copy(from: Matrix, into: Matrix, first?: number): void;
  /** Standard normals; every batch entry the same numbers (common random numbers across a sweep). */
  normal(shape: Shape, key: RandomKey): Matrix;

  // — products and elementwise —
  product(a: Matrix, b: Matrix, options?: ProductOptions): Matrix;
  /** X Zᵀ / D for X [·, n, D], Z [·, m, D]; Z defaults to X. */
  gram(x: Matrix, z?: Matrix): Matrix;
  /** Σ cᵢ Aᵢ, elementwise; one coefficient a matrix, or one a batch entry. At most four terms. */
  combine(terms: readonly (readonly [coefficient: number | readonly number[], matrix: Matrix])[], into?: Matrix): Matrix;
  hadamard(a: Matrix, b: Matrix): Matrix;
  transpose(a: Matrix): Matrix;
  /** A + diag(value); one value, or one a batch entry. */
  addDiagonal(a: Matrix, value: number | readonly number[]): Matrix;
  /** The diagonals, [batch, n, 1]. */
  diagonal(a: Matrix): Matrix;
  /** Σ over columns, [batch, rows, 1]. */
  rowSums(a: Matrix): Matrix;
  /** The least and the greatest entry of each row, [batch, rows, 2]. */
  rowExtremes(a: Matrix): Matrix;
  /** Rows and columns of square A in another order: entry (i, j) becomes A[order[i], order[j]]. */
  reorder(a: Matrix, order: Uint32Array): Matrix;
  /** Σ a∘b over all entries of each batch entry, [batch, 1, 1]. */
  dot(a: Matrix, b: Matrix): Matrix;

  // — kernels, theory.md §1 —
  /**
   * NNGP map and its derivative kernel: c [·, n, m] covariances, a [·, n, 1] and b [·, m, 1] variances. `angles`, [·, n, m], are the signed
   * angles of the pairs; without them they follow from c, a and b, with an error of up to the root of the roundoff near correlation ±1.
   */
  nngp(activation: Activation, c: Matrix, a: Matrix, b: Matrix, angles?: Matrix): { readonly kernel: Matrix; readonly derivative: Matrix };

  /**
   * Signed angles between the rows of X [·, n, D] and Z [·, m, D], [·, n, m]; Z defaults to X, which is at angle 0 with itself. An angle θ is
   * kept as θ where θ ≤ π/2 and as −(π − θ) beyond (a tiny negative number for θ = π). Made from differences of the rows: the error is a few
   * roundings also near θ = 0 and π, where correlations do not tell angles below the root of the roundoff. Lengths do not matter.
   */
  angles(x: Matrix, z?: Matrix): Matrix;
  /** The signed angles of relu features, one layer further: cos θ′ = (sin θ + (π − θ) cos θ)/π, elementwise. */
  reluAngles(angles: Matrix): Matrix;

  /**
   * The NNGP map of a Gram matrix, k(s · X Zᵀ/D, r |x|²/D, q |z|²/D) for X [·, n, D] and Z [·, m, D]; Z defaults to X, for which the
   * covariance on the diagonal is that of the variances to the last bit where s = r = q. The Gram matrix need not be written out.
   */
  kernelGram(activation: Activation, x: Matrix, z?: Matrix, scales?: KernelScales): Matrix;

  // — symmetric positive-definite systems —
  cholesky(a: Matrix): Factor;
  /** A⁻¹ b for b [·, n, m]. */
  solve(factor: Factor, b: Matrix): Matrix;
  /** L⁻¹ b, or L⁻ᵀ b. */
  solveLower(factor: Factor, b: Matrix, transposed?: boolean): Matrix;
  inverse(factor: Factor): Matrix;
  /** log det A, [batch, 1, 1]. */
  logDeterminant(factor: Factor): Matrix;

  // — networks and particles, theory.md §2 —
  /** φ(W Xᵀ/√D) and, when asked, φ′: w [·, M, D], x [·, P, D] → [·, M, P]. */
  features(activation: Activation, w: Matrix, x: Matrix, slopes?: boolean): { readonly values: Matrix; readonly slopes?: Matrix };
  /** φ(W Xᵀ/√D + H): w [·, M, D], x [·, P, D], H [·, M, P], the part of the pre-activations that is known → [·, M, P]. */
  shiftedFeatures(activation: Activation, w: Matrix, x: Matrix, shift: Matrix): Matrix;
  // — housekeeping —
  /** Resolves when all work handed over so far is done: for slicing long runs. */
  settle(): Promise<void>;
  /**
   * At once while little has been handed over since the last wait, else as `settle`: to be awaited between pieces of work of any size, so that
   * no more than about two tenths of a second are queued and a stop is heard.
   */
  yieldToDevice(): Promise<void>;
  /** Colours for entry `index` of the batch as a picture, mapped linearly from [low, high] through the palette (RGBA, 256 entries). */
  paint(matrix: Matrix, index: number, range: readonly [low: number, high: number], palette: Uint8Array): Promise<ImageBitmap | ImageData>;
  dispose(): void;
}

/** An engine that has `WalkerSteps`. */
export interface WalkerBackend extends Backend, WalkerSteps {}
