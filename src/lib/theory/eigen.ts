/** Eigenvalues of a symmetric matrix, ascending, and its orthonormal eigenvectors: `vectors[i * n + j]` is component i of vector j. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/**
 * Eigen-decomposition of a symmetric matrix, row-major [n, n], in double precision; about 6 n³ operations.
 * Householder tridiagonalisation and the implicit QL algorithm (EISPACK tred2 and tql2; Bowdler, Martin, Reinsch and Wilkinson 1968).
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const v = Float64Array.from(matrix);
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  if (n > 0) {
    tridiagonalise(v, d, e, n);
    diagonalise(v, d, e, n);
  }
  return { values: d, vectors: v };
}

/** Reduces v to tridiagonal form (diagonal d, subdiagonal e) and leaves the orthogonal transformation in v. */
function tridiagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) d[j] = v[(n - 1) * n + j]!;
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    let h = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
    if (scale === 0) {
      e[i] = d[i - 1]!;
      for (let j = 0; j < i; j++) {
        d[j] = v[(i - 1) * n + j]!;
        v[i * n + j] = 0;
        v[j * n + i] = 0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k]! /= scale;
        h += d[k]! ** 2;
      }
      const f = d[i - 1]!;
      const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= f * g;
      d[i - 1] = f - g;
      e.fill(0, 0, i);
      for (let j = 0; j < i; j++) {
        const dj = d[j]!;
        v[j * n + i] = dj;
        let sum = e[j]! + v[j * n + j]! * dj;
        for (let k = j + 1; k < i; k++) {
          sum += v[k * n + j]! * d[k]!;
          e[k]! += v[k * n + j]! * dj;
        }
        e[j] = sum;
      }
      let dot = 0;
      for (let j = 0; j < i; j++) {
        e[j]! /= h;
        dot += e[j]! * d[j]!;
      }
      const half = dot / (h + h);
      for (let j = 0; j < i; j++) e[j]! -= half * d[j]!;
      for (let j = 0; j < i; j++) {
        const dj = d[j]!;
        const ej = e[j]!;
        for (let k = j; k < i; k++) v[k * n + j]! -= dj * e[k]! + ej * d[k]!;
        d[j] = v[(i - 1) * n + j]!;
        v[i * n + j] = 0;
      }
    }
    d[i] = h;
  }
  for (let i = 0; i < n - 1; i++) {
    v[(n - 1) * n + i] = v[i * n + i]!;
    v[i * n + i] = 1;
    const h = d[i + 1]!;
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = v[k * n + i + 1]! / h;
      for (let j = 0; j <= i; j++) {
        let g = 0;
        for (let k = 0; k <= i; k++) g += v[k * n + i + 1]! * v[k * n + j]!;
        for (let k = 0; k <= i; k++) v[k * n + j]! -= g * d[k]!;
      }
    }
    for (let k = 0; k <= i; k++) v[k * n + i + 1] = 0;
  }
  for (let j = 0; j < n; j++) {
    d[j] = v[(n - 1) * n + j]!;
    v[(n - 1) * n + j] = 0;
  }
  v[n * n - 1] = 1;
  e[0] = 0;
}

/** Implicit QL on the tridiagonal matrix (d, e); rotates the columns of v along. */
function diagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!;
  e[n - 1] = 0;
  let shift = 0;
  let largest = 0;
  for (let l = 0; l < n; l++) {
    largest = Math.max(largest, Math.abs(d[l]!) + Math.abs(e[l]!));
    let m = l;
    while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * largest) m++;
    // EISPACK allows thirty rotations an eigenvalue; it needs about two.
    for (let sweep = 0; m > l && sweep < 30 && Math.abs(e[l]!) > Number.EPSILON * largest; sweep++) {
      let g = d[l]!;
      let p = (d[l + 1]! - g) / (2 * e[l]!);
      let r = p < 0 ? -Math.hypot(p, 1) : Math.hypot(p, 1);
      d[l] = e[l]! / (p + r);
      d[l + 1] = e[l]! * (p + r);
      const next = d[l + 1]!;
      let h = g - d[l]!;
      for (let i = l + 2; i < n; i++) d[i]! -= h;
      shift += h;
      p = d[m]!;
      let c = 1;
      let c2 = c;
      let c3 = c;
      const below = e[l + 1]!;
      let s = 0;
      let s2 = 0;
      for (let i = m - 1; i >= l; i--) {
        c3 = c2;
        c2 = c;
        s2 = s;
        g = c * e[i]!;
        h = c * p;
        r = Math.hypot(p, e[i]!);
        e[i + 1] = s * r;
        s = e[i]! / r;
        c = p / r;
        p = c * d[i]! - s * g;
        d[i + 1] = h + s * (c * g + s * d[i]!);
        for (let k = 0; k < n; k++) {
          const row = k * n + i;
          const right = v[row + 1]!;
          const left = v[row]!;
          v[row + 1] = s * left + c * right;
          v[row] = c * left - s * right;
        }
      }
      p = (-s * s2 * c3 * below * e[l]!) / next;
      e[l] = s * p;
      d[l] = c * p;
    }
    d[l]! += shift;
    e[l] = 0;
  }
  // Ascending order.
  const order = Array.from(d.keys()).sort((a, b) => d[a]! - d[b]!);
  const values = Float64Array.from(d);
  const vectors = Float64Array.from(v);
  order.forEach((from, to) => {
    d[to] = values[from]!;
    for (let k = 0; k < n; k++) v[k * n + to] = vectors[k * n + from]!;
  });
}
