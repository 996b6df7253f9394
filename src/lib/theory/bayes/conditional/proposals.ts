import { activationFunctions } from '$lib/base/special';
import { conditionalDensity, logMassOf, peaksOf, type Anchored, type Wells } from '$lib/theory/bayes/conditional/peaks';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';
import { propose, type Part } from '$lib/theory/bayes/wells/mixture';
import type { Draw, Drawn } from '$lib/theory/bayes/conditional/drawn';

/** Share of the proposal that is the conditional prior itself, somewhat wider: what no peak tells of is seen through it. */
const plain = 0.2;

/**
 * For each mean `own` samples of a mixture of t distributions about the peaks of its law under Δ, and the log of conditional prior over
 * proposal. Cost n climbs of a few steps, P r² each, and P r a sample.
 */
export async function drawConditional(
  land: Landscape,
  dual: Float64Array,
  { means, stiffness }: Anchored,
  known: { readonly places: readonly Float64Array[]; readonly wells: Wells },
  { own, seed, stream, round, yieldToDevice }: Draw,
): Promise<Drawn> {
  const { rank, examples, coordinates, activation } = land;
  const { value } = activationFunctions[activation];
  const anchors = means.length / rank;
  const root = Math.sqrt(stiffness);
  const points = new Float64Array(anchors * own * rank);
  const logRatios = new Float64Array(anchors * own);
  const features = new Float64Array(anchors * own * examples);
  for (let k = 0; k < anchors; k++) {
    if (k % 32 === 31) await yieldToDevice();
    const mean = means.subarray(k * rank, (k + 1) * rank);
    // Mixtures are made in ζ = √a (z − m), whose prior is a standard Gaussian.
    const parts = partsOf(land, dual, mean, stiffness, known).map(({ centre, precision, share }): Part => ({
      centre: centre.map((z, j) => root * (z - mean[j]!)),
      precision: precision.map((entry) => entry / root),
      share,
    }));
    const drawn = propose(parts, own, rank, false, { seed, stream, step: (1 << 20) * (1 + round) + 2 * k });
    logRatios.set(drawn.logRatios, k * own);
    for (let i = 0; i < own; i++) {
      const at = (k * own + i) * rank;
      for (let j = 0; j < rank; j++) points[at + j] = mean[j]! + drawn.points[i * rank + j]! / root;
      for (let p = 0; p < examples; p++) {
        let h = 0;
        for (let j = 0; j < rank; j++) h += coordinates[p * rank + j]! * points[at + j]!;
        features[(k * own + i) * examples + p] = value(h);
      }
    }
  }
  return { samples: points, logRatios, features, count: anchors * own, anchors };
}

/** Parts of the proposal for one mean: wide conditional prior, and a Gaussian about each peak, of shares between even ones and their masses. */
function partsOf(
  land: Landscape,
  dual: Float64Array,
  mean: Float64Array,
  stiffness: number,
  { places, wells }: { readonly places: readonly Float64Array[]; readonly wells: Wells },
): Part[] {
  const { rank } = land;
  const peaks = peaksOf(conditionalDensity(land, dual, mean, stiffness), mean, places, wells);
  const wide = new Float64Array(rank * rank);
  for (let j = 0; j < rank; j++) wide[j * rank + j] = Math.sqrt(stiffness) / 1.1;
  const top = peaks.length > 0 ? logMassOf(peaks[0]!) : 0;
  const masses = peaks.map((peak) => Math.exp(logMassOf(peak) - top));
  const whole = masses.reduce((sum, mass) => sum + mass, 0);
  return [
    { centre: mean, precision: wide, share: peaks.length > 0 ? plain : 1 },
    ...peaks.map(({ centre, precision }, k) => ({
      centre,
      precision: precision.map((entry) => entry / 1.15),
      share: (1 - plain) * (0.3 / peaks.length + (0.7 * masses[k]!) / whole),
    })),
  ];
}
