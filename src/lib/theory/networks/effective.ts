/**
 * Effective number of independent samples in a series: n/(1 + 2Σρ), the autocorrelations ρ summed in pairs while a pair's sum is positive
 * (initial positive sequence: Geyer 1992). A series that never changes counts as one sample.
 */
export const effectiveSamples = (series: ArrayLike<number>): number => {
  const n = series.length;
  if (n < 4) return n;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += series[i]! / n;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let i = 0; i + lag < n; i++) sum += (series[i]! - mean) * (series[i + lag]! - mean);
    return sum / n;
  };
  const variance = covariance(0);
  if (!(variance > 0)) return 1;
  let total = -1;
  for (let lag = 0; lag + 1 < n; lag += 2) {
    const pair = (covariance(lag) + covariance(lag + 1)) / variance;
    if (pair <= 0) break;
    total += 2 * pair;
  }
  return Math.min(n, n / Math.max(total, 1e-3));
};
