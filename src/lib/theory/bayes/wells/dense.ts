/** Cholesky factor of a symmetric matrix [n, n], lower, in place (the upper part is left alone); false where it is not positive definite. */
export function factor(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      if (i > j) a[i * n + j] = sum / a[j * n + j]!;
      else if (sum > 0) a[i * n + i] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** x ← L⁻¹ x. */
export function forward(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= l[i * n + k]! * x[k]!;
    x[i] = sum / l[i * n + i]!;
  }
}

/** x ← L⁻ᵀ x. */
export function backward(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < n; k++) sum -= l[k * n + i]! * x[k]!;
    x[i] = sum / l[i * n + i]!;
  }
}

/** log det of L Lᵀ. */
export function logDeterminant(l: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += 2 * Math.log(l[i * n + i]!);
  return sum;
}

/** (L Lᵀ)⁻¹, [n, n], column by column. */
export function inverse(l: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    column.fill(0);
    column[j] = 1;
    forward(l, n, column);
    backward(l, n, column);
    for (let i = 0; i < n; i++) out[i * n + j] = column[i]!;
  }
  return out;
}

/** |Lᵀ(sign · z − centre)|²: the Mahalanobis distance for the precision L Lᵀ, squared. */
export function squaredDistance(l: Float64Array, centre: Float64Array, z: Float64Array, sign: number): number {
  const n = centre.length;
  let distance = 0;
  for (let a = 0; a < n; a++) {
    let sum = 0;
    for (let b = a; b < n; b++) sum += l[b * n + a]! * (sign * z[b]! - centre[b]!);
    distance += sum * sum;
  }
  return distance;
}
