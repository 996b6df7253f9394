/** 2²⁷ + 1: cuts a double into two halves of 26 bits (Dekker 1971). */
const cutter = 134_217_729;

const upper = (value: number): number => {
  const wide = cutter * value;
  return wide - (wide - value);
};

/** What a · b was rounded by; 0 where the numbers are too large to be cut. */
const productError = (a: number, b: number, product: number): number => {
  const [aUpper, bUpper] = [upper(a), upper(b)];
  const [aLower, bLower] = [a - aUpper, b - bUpper];
  const error = aLower * bLower - (product - aUpper * bUpper - aLower * bUpper - aUpper * bLower);
  return Number.isFinite(error) ? error : 0;
};

/** What a + b was rounded by (Knuth). */
const sumError = (a: number, b: number, sum: number): number => {
  const second = sum - a;
  return a - (sum - second) + (b - second);
};

/**
 * b − Kx − ridge x for K [n, n], each entry as if summed in twice the digits of a double and then rounded (Ogita, Rump, Oishi 2005, Dot2):
 * rounded as it goes, it would be about as large as the bound of the backward error that it is measured by. About 25 n² operations.
 */
export const remainderOf = (kernel: Float64Array, ridge: number, x: Float64Array, right: Float64Array): Float64Array => {
  const n = x.length;
  return right.map((b, i) => {
    let sum = b;
    let lost = 0;
    const take = (factor: number, value: number): void => {
      const product = -factor * value;
      const next = sum + product;
      lost += sumError(sum, product, next) + productError(-factor, value, product);
      sum = next;
    };
    take(ridge, x[i] as number);
    for (let j = 0; j < n; j++) take(kernel[i * n + j] as number, x[j] as number);
    return Number.isFinite(lost) ? sum + lost : sum;
  });
};
