import type { Activation } from '$lib/base/activation';

/**
 * A batch of dense row-major matrices, [batch, rows, columns], kept wherever its backend keeps numbers.
 * Disposable: `using k = backend.gram(x)`. Views share storage by reference count.
 */
export interface Matrix {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  /** Bytes of storage this handle keeps alive (a view: those of its own elements). */
  readonly bytes: number;
  /** Gives the storage back once every handle on it is disposed. Twice is harmless. */
  [Symbol.dispose](): void;
}

export interface Shape {
  readonly batch?: number;
  readonly rows: number;
  readonly columns: number;
}

export interface ProductOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** C = alpha · op(A) op(B) + beta · C; defaults 1 and 0. */
  readonly alpha?: number;
  readonly beta?: number;
  /** Written in place and returned; otherwise a new matrix. */
  readonly into?: Matrix;
}

/** A lower Cholesky factor A = L Lᵀ, [batch, n, n]. Entries above the diagonal are zero. */
export interface Factor {
  readonly lower: Matrix;
  /** For each batch entry the index of the first non-positive or not-a-number pivot, or −1. Reads back. */
  failures(): Promise<Int32Array>;
  [Symbol.dispose](): void;
}

/** Names one block of the counter-based generator: the same key gives the same numbers on every backend and adapter. */
export interface RandomKey {
  readonly seed: number;
  /** Which use of randomness: one per purpose, see `base/random.ts`. */
  readonly stream: number;
  /** Which time step (0 for a single draw). */
  readonly step: number;
}

/** What the arguments of an NNGP map are multiplied by: prior variances of the weights below, couplings of two sets of weights. */
export interface KernelScales {
  /** s, of the covariances. */
  readonly covariance: number;
  /** r and q, of the variances of the rows and of the columns. */
  readonly rows: number;
  readonly columns: number;
}

/** The constants of a particle run, `theory.md` §2. `B` sweep points; a batch of 1 is shared by all of them. */
export interface ParticleProblem {
  readonly activation: Activation;
  /** X, [B or 1, P, D]. */
  readonly inputs: Matrix;
  /** y, [B or 1, P, 1]. */
  readonly labels: Matrix;
  /** X Xᵀ / D, [B or 1, P, P]. */
  readonly gram: Matrix;
  /** w̄, [B or 1, M, D]; absent for a source (then delta must be 0). */
  readonly anchor?: Matrix;
  /** One entry a sweep point: γ, T, δ, and how long its steps are as a share of `dt` (1 when not given). */
  readonly points: readonly { readonly gamma: number; readonly temperature: number; readonly delta: number; readonly pace?: number }[];
}

/** What a particle run changes in place. */
export interface ParticleState {
  /** w, [B, M, D]. */
  readonly weights: Matrix;
  /** Δ, [B, P, 1]. */
  readonly dual: Matrix;
}

/** The constants of a gradient flow of two-layer networks, `theory.md` §3. `B` sweep points; a batch of 1 is shared by all of them. */
export interface FlowProblem {
  readonly activation: Activation;
  /** X, [B or 1, P, D]. */
  readonly inputs: Matrix;
  /** y, [B or 1, P, 1]; what is to be subtracted from the output is added here. */
  readonly labels: Matrix;
  /** w̄, [B or 1, M, D]; absent when no point is coupled (then delta must be 0 or infinite). */
  readonly anchor?: Matrix;
  /** One entry a sweep point: γ, weight decay λ, δ. Infinite δ freezes the first layer where it is. */
  readonly points: readonly { readonly gamma: number; readonly decay: number; readonly delta: number }[];
}

/** What a gradient flow changes in place. */
export interface FlowState {
  /** w, [B, M, D]. */
  readonly weights: Matrix;
  /** v, [B, M, 1]. */
  readonly readout: Matrix;
}

/** A step in time and the evaluations of the force it is made of: see `chebyshev.ts`; 1 is an Euler step. */
export interface FlowStep {
  readonly dt: number;
  readonly stages: number;
}

/** A gradient flow under way. The state holds its result once all evaluations are handed over. */
export interface FlowRun {
  /** Evaluations of the force altogether: the most that one point takes. */
  readonly evaluations: number;
  /**
   * Hands over the next `count` of them, in pieces of no more than about a tenth of a second between which `rest` is awaited. What it throws
   * ends the call between two pieces; the next call goes on from there, to the same numbers as if there had been no stop.
   */
  advance(count: number, rest?: () => Promise<void>): Promise<void>;
  [Symbol.dispose](): void;
}

/** What two-layer networks descend on, `theory.md` §3 at width N. `B` networks; a batch of 1 is shared by all of them. */
export interface DescentProblem {
  readonly activation: Activation;
  /** X, [B or 1, P, D]. */
  readonly inputs: Matrix;
  /** y, [B or 1, P, 1]. */
  readonly labels: Matrix;
  /** Σ_i v_iφ_i at the start, which is taken off the outputs, [B, P, 1]. */
  readonly base: Matrix;
  /** w̄, [B, N, D]; absent where no network is coupled (delta must then be 0). */
  readonly anchor?: Matrix;
  /** One entry a network: γ, δ, λ, the length of its steps and how many it takes. */
  readonly points: readonly {
    readonly gamma: number;
    readonly delta: number;
    readonly weightDecay: number;
    readonly length: number;
    readonly count: number;
  }[];
}

/** What a descent changes in place. */
export interface DescentState {
  /** w, [B, N, D]. */
  readonly weights: Matrix;
  /** v, [B, N, 1]. */
  readonly readout: Matrix;
}

/** What one shader did: `timed` of its `dispatches` took `milliseconds` together, by the device's clock. */
export interface ShaderUse {
  readonly name: string;
  readonly dispatches: number;
  readonly timed: number;
  readonly milliseconds: number;
}

/** What was handed to a device between its opening and `close`. */
export interface Account {
  close(): void;
  /** One entry a shader. Waits for what is still being timed. */
  uses(): Promise<readonly ShaderUse[]>;
}

/**
 * The numerical vocabulary in which theories are written. Operations return at once; only what is read back is awaited.
 * Every operation broadcasts a batch of 1 against a batch of B. Shapes that do not fit throw (a bug of the caller);
 * sizes beyond the adapter throw a `Problem` before anything is allocated.
 */
export interface Backend {
  readonly name: 'webgpu' | 'cpu' | 'reference';
  /** As the machine calls it, e.g. `google swiftshader`; `double precision` for the reference, with how it is done for `cpu`. */
  readonly adapter: string;
  /** Threads of the processor that compute; absent where that is not a number one can tell. */
  readonly threads?: number;
  /** Unit roundoff of its arithmetic: 2⁻²⁴ or 2⁻⁵³. */
  readonly roundoff: number;
  /** A companion in double precision, for what this one's precision does not carry; absent where this one is double, or has none. */
  readonly double?: Backend;
  /** Bytes in live matrices now. */
  readonly liveBytes: number;
  /** Work handed to the device so far (dispatches; operations on the reference): tests count with it. */
  readonly dispatches: number;
  /** Arithmetic operations that it does in about a tenth of a second, roughly: what one piece of work may hold. */
  readonly workLimit: number;
  /** Opens an account of the shaders that run from now on; absent where there are none. */
  account?(): Account;

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
  /**
   * `count` semi-implicit steps of length `dt` of the mean-field Langevin dynamics, in place; Δ is solved anew in each.
   * Step number `key.step + i` draws the noise of step i: normals [M, D] from the key, the same for every batch entry.
   * `average`, when given, gathers Σ over the steps of Δ ([B, P, 1], added to what it holds).
   * `rest` is awaited between the parts of a step; what it throws ends the run there, and leaves the state half-way. Without it all is handed
   * over before this returns.
   */
  particleSteps(
    problem: ParticleProblem,
    state: ParticleState,
    dt: number,
    count: number,
    key: RandomKey,
    average?: Matrix,
    rest?: () => Promise<void>,
  ): Promise<void>;

  /**
   * The gradient flow of `theory.md` §3 from `state`: `steps[b]` are those of sweep point b, which owes nothing to the others.
   * f(x) = (1/γM) Σ v φ(h). `path`, [B, M, 1], has Σ over steps of (|Δw|² + Δv²)/dt added for each neuron, the squared speed integrated.
   */
  flow(problem: FlowProblem, state: FlowState, steps: readonly (readonly FlowStep[])[], path?: Matrix): FlowRun;

  /**
   * Steps `first … first + count − 1` of the gradient descent of two-layer networks, in place: with f = (1/(γN)) (Σvφ − base), Δ = y − f,
   * ẇ_i = γ v_i Σ_μ Δ_μ φ′_iμ x_μ/√D − λw_i − δ(w_i − w̄_i), v̇_i = γ Σ_μ Δ_μ φ_iμ − λv_i, the linear terms exactly (`linearStep`). A network
   * that has taken its `count` steps stands still. Answers, [B, 1, 1], after how many steps Δ was first not a finite number, or −1.
   */
  descend(problem: DescentProblem, state: DescentState, first: number, count: number): Matrix;

  // — housekeeping —
  /** Resolves when all work handed over so far is done: for slicing long runs. */
  settle(): Promise<void>;
  /**
   * At once while little has been handed over since the last wait, else as `settle`: to be awaited between pieces of work of any size, so that
   * no more than about two tenths of a second are queued and a stop is heard.
   */
  rest(): Promise<void>;
  /** Colours for entry `index` of the batch as a picture, mapped linearly from [low, high] through the palette (RGBA, 256 entries). */
  paint(matrix: Matrix, index: number, range: readonly [low: number, high: number], palette: Uint8Array): Promise<ImageBitmap | ImageData>;
  dispose(): void;
}
