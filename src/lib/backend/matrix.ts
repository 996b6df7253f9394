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
