/** a·b. */
export const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** |a|. */
export const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));

/** Σ (x − mean)². */
export const squaredDeviations = (values: readonly number[]): number => {
  const mean = average(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
};

export const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
