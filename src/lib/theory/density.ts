import { errorOfMean } from '$lib/theory/common/jackknife';
import type { SampledLaw } from '$lib/theory/theory';

/** Mean and variance of samples. */
export const meanAndVariance = (samples: Float64Array): { readonly mean: number; readonly variance: number } => {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  return { mean, variance: samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length };
};

/** The normal density. */
export const gaussianDensity = (h: number, mean: number, variance: number): number =>
  Math.exp(-((h - mean) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/**
 * Silverman's rule for the bandwidth of a kernel density estimate, 0.9 min(σ, IQR/1.34) n^{−1/5} (Density Estimation, 1986, eq. 3.31);
 * 0 when all samples are the same. Good for one peak; it blurs a density of several narrow ones.
 */
export const silvermanBandwidth = (samples: Float64Array): number => {
  const sorted = Float64Array.from(samples).sort();
  const quantile = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  const sigma = Math.sqrt(meanAndVariance(samples).variance);
  const spread = (quantile(0.75) - quantile(0.25)) / 1.34;
  return 0.9 * (spread > 0 ? Math.min(sigma, spread) : sigma) * samples.length ** -0.2;
};

/** Bins a bandwidth: linear binning adds bandwidth²/(6·16²) to the variance of the estimate. */
const binsPerBandwidth = 16;

/**
 * Gaussian kernel density estimate at the points `at`: samples are shared out linearly to bins of a sixteenth of the bandwidth, then
 * every bin speaks for all its samples, so that the cost hardly grows with their number.
 */
export const kernelDensity = (samples: Float64Array, bandwidth: number, at: readonly number[]): number[] => {
  const width = bandwidth / binsPerBandwidth;
  const bins = new Map<number, number>();
  for (const sample of samples) {
    const place = sample / width;
    const below = Math.floor(place);
    const share = place - below;
    bins.set(below, (bins.get(below) ?? 0) + 1 - share);
    bins.set(below + 1, (bins.get(below + 1) ?? 0) + share);
  }
  return at.map((h) => {
    let sum = 0;
    for (const [bin, weight] of bins) sum += weight * gaussianDensity(h, bin * width, bandwidth * bandwidth);
    return sum / samples.length;
  });
};

/**
 * Standard errors of `kernelDensity` of all samples at the points `at`, from the estimates of each group. They tell the noise of few samples and not
 * the blur of the bandwidth.
 */
export const densityErrors = ({ samples, group, shared = 1 }: SampledLaw, bandwidth: number, at: readonly number[]): number[] => {
  const members: number[][] = [];
  samples.forEach((sample, i) => (members[group(i)] ??= []).push(sample));
  const estimates = members.map((own) => kernelDensity(Float64Array.from(own), bandwidth, at));
  return at.map((_, i) => shared * errorOfMean(estimates.map((estimate) => estimate[i] ?? NaN)));
};
