import { activationFunctions } from '$lib/base/special';
import type { Backend, Matrix } from '$lib/backend/backend';
import type { Problem } from '$lib/base/problem';
import { dot } from '$lib/theory/common/vectors';
import { disposeLaw, groupKernels, meanKernel, type Law } from '$lib/theory/common/law';
import { seriousDirections } from '$lib/theory/bayes/spectrum';
import { virialFigure } from '$lib/theory/bayes/virial';
import { alarmOf, balanceOf, type Alarm } from '$lib/theory/bayes/wells/alarm';
import { landscapeOf, type Landscape } from '$lib/theory/bayes/wells/landscape';
import { samplesOf } from '$lib/theory/bayes/wells/samples';
import { solveStrata, type Strata } from '$lib/theory/bayes/wells/solve';
import { weightedOutcome, type WeightedOutcome } from '$lib/theory/bayes/wells/weighted';
import type { Slices } from '$lib/theory/slices';
import type { SourceParameters, Task } from '$lib/theory/theory';
import { percent } from '$lib/theory/common/percent';

/**
 * Tasks that strata are for: beyond, importance weights want too many samples, and Newton's method too much time. Directions in which inputs vary by less
 * than a thirtieth of the most hold no wells of their own, and cost few samples: only of the others there may not be many. Of relu the wells are cones, of
 * quadratic there are none.
 */
const most = { directions: 12, rank: 48, examples: 128 } as const;

/** Multiplications that a search for wells may take: a small part of a particle run. */
const searchBudget = (examples: number, rank: number, particles: number): number => Math.max(2e7, 4 * particles * examples * rank);

/** Particles that are looked at. */
const looked = 1024;

/** Samples of a round of strata, and rounds at most. */
const effort = { samples: 4096, rounds: 30 } as const;

/** Whether a law may have wells far out, and over few enough directions for strata. */
export function hasStrata(task: Task, { activation, gamma }: SourceParameters): boolean {
  if (!(activation === 'erf' || activation === 'tanh') || !(gamma > 0)) return false;
  const directions = seriousDirections(task);
  return directions > 0 && directions <= most.directions;
}

/** Whether strata can take the place of particles. */
export function strataServe(task: Task, parameters: SourceParameters): boolean {
  if (task.trainLabels.length > most.examples || !hasStrata(task, parameters)) return false;
  const { rank } = landscapeOf(task, parameters.activation, parameters.gamma);
  return rank > 0 && rank <= most.rank;
}

/** Weights [1, n, D] over the span of the training inputs, [n, r] in double precision. */
async function spanned(backend: Backend, { basis, rank, dimension }: Landscape, weights: Matrix): Promise<Float64Array> {
  using axes = backend.upload({ rows: rank, columns: dimension }, basis);
  using z = backend.product(weights, axes, { transposeB: true });
  return (await backend.read(z)).subarray(0, looked * rank);
}

/** ⟨s t⟩/⟨s²⟩ below which particles are as good as free, and below which those of few directions are not relied on. */
const noGrip = 0.02;
const littleGrip = 0.25;

/** Whether particles that their virial identity passes are to be checked by strata all the same. */
export const isDoubtful = ({ missing, frozen, wells, grip = 1, inHeaviest = 1 }: Alarm): boolean =>
  missing !== undefined || frozen !== undefined || wells > 1 || grip < littleGrip || inHeaviest < 0.2;

/** By what Δ is multiplied for a second opinion. */
const doubt = 0.95;

/**
 * What a search for wells has to say of the particles [1, M, D] of a source, driven by Δ; `controlVariate` are those of the prior. Where it is to be told
 * to a person, and not only to begin a better way of solving, be `careful`.
 */
export async function examine(
  slices: Slices,
  task: Task,
  { activation, gamma, seed }: SourceParameters,
  dual: Float64Array,
  weights: Matrix,
  controlVariate: Matrix,
  careful: boolean,
): Promise<Alarm> {
  // The quadratic law is not normalisable: its far wells are no part of what is computed. That of relu has cones, not wells.
  if (activation === 'quadratic' || activation === 'relu' || activation === 'linear' || !(gamma > 0)) return { wells: 1 };
  const land = landscapeOf(task, activation, gamma);
  if (land.rank === 0 || dual.every((value) => value === 0)) return { wells: 1 };
  await slices.backend.yieldToDevice();
  const points = await spanned(slices.backend, land, weights);
  const prior = await spanned(slices.backend, land, controlVariate);
  await slices.backend.yieldToDevice();
  const search = { seed, budget: searchBudget(land.examples, land.rank, weights.rows) };
  const alarm = alarmOf(land, dual, task.trainLabels, points, prior, search);
  if (!careful || !alarm.missing) return alarm;
  // The Δ of particles is known to a few per cent, and the masses of far wells go like exp(½γ²s²): they must be missed under a smaller Δ too.
  const smaller = dual.map((value) => doubt * value);
  const still = alarmOf(land, smaller, task.trainLabels, points, prior, search);
  const { missing: _, ...rest } = alarm;
  return { ...rest, ...(still.missing && { missing: still.missing }) };
}

/** What a reader must be told of an alarm. */
export function alarmTexts({ missing, frozen, grip = 1 }: Alarm): string[] {
  const texts: string[] = [];
  if (missing)
    texts.push(
      `about ${percent(missing.share)} of the law lies around |w| = ${missing.distance.toPrecision(2)} over the training inputs, where ${missing.found === 0 ? 'no particle is' : `only ${percent(missing.found)} of the particles are`}: the kernel may be wrong by as much`,
    );
  if (frozen !== undefined)
    texts.push(
      `particles do not follow the force: reweighted samples of the prior have features ${percent(frozen - 1)} stronger along the fit; γ has too little effect here`,
    );
  else if (Math.abs(grip) < noGrip)
    texts.push(
      'the activation is saturated at the training inputs: particles feel no force and stay samples of the prior; scale the inputs down',
    );
  return texts;
}

/** Samples of equal weight that weighted ones must be worth: averages over fewer err by more than 7 %. */
export const fewest = 200;

/** What a reader must be told of weighted samples that are worth `effective` ones. */
export const fewTexts = (effective: number): string[] =>
  effective >= fewest
    ? []
    : [
        `weighted samples are worth only ${Math.round(effective)} of equal weight: averages may be wrong by ${(100 / Math.sqrt(Math.max(1, effective))).toPrecision(2)} %, and their standard errors are too small`,
      ];

/** |y − TΔ − ΦΔ|/|y| of Δ with the kernel of the weighted samples, ΦΔ = ⟨φ s⟩. */
function misfit(
  { rank, examples, coordinates, activation }: Landscape,
  { trainLabels }: Task,
  temperature: number,
  { dual, points, weights }: Pick<Strata, 'dual' | 'points' | 'weights'>,
): number {
  const { value } = activationFunctions[activation];
  const left = trainLabels.map((y, p) => y - temperature * dual[p]!);
  const features = new Float64Array(examples);
  weights.forEach((weight, i) => {
    const z = points.subarray(i * rank, (i + 1) * rank);
    for (let p = 0; p < examples; p++) features[p] = value(dot(coordinates.subarray(p * rank, (p + 1) * rank), z));
    const s = weight * dot(features, dual);
    for (let p = 0; p < examples; p++) left[p]! -= s * features[p]!;
  });
  return Math.sqrt(dot(left, left) / dot(trainLabels, trainLabels));
}

/** Solves a source by strata (`solve.ts`); undefined where the weights of its samples do not settle. */
export async function strataOutcome(
  slices: Slices,
  task: Task,
  parameters: SourceParameters,
  particles: number,
): Promise<WeightedOutcome | Problem | undefined> {
  const { activation, gamma, temperature, seed } = parameters;
  const land = landscapeOf(task, activation, gamma);
  const strata = await solveStrata(land, task, temperature, { ...effort, seed, yieldToDevice: slices.yieldToDevice });
  if (!strata) return undefined;
  return await measuredStrata(slices, task, parameters, strata, particles);
}

/**
 * A source by weighted samples of its law and their Δ, measured as a particle run is. Its residual is that of Δ with the kernel of these samples: it sees a Δ
 * that does not fit, and weights that are off.
 */
export async function measuredStrata(
  slices: Slices,
  task: Task,
  parameters: SourceParameters,
  strata: Pick<Strata, 'dual' | 'points' | 'weights' | 'effective'>,
  particles: number,
): Promise<WeightedOutcome | Problem> {
  const { backend, yieldToDevice } = slices;
  const { activation, gamma, temperature, seed } = parameters;
  const land = landscapeOf(task, activation, gamma);
  const { excess, force } = balanceOf(land, strata.dual, strata.points, strata.weights);
  const { snapshots, controlVariate } = await samplesOf(backend, land, strata, particles, seed, yieldToDevice);
  const law: Law = { activation, snapshots, controlVariates: [controlVariate], variance: 1, control: 0 };
  let train: Matrix | undefined;
  try {
    using inputs = backend.upload({ rows: task.trainLabels.length, columns: task.dimension }, task.trainInputs);
    using grouped = await groupKernels(backend, law, inputs, inputs);
    train = meanKernel(backend, grouped);
  } catch (error) {
    train?.[Symbol.dispose]();
    disposeLaw(law);
    throw error;
  }
  return await weightedOutcome(backend, law, train, parameters, {
    dual: strata.dual,
    virial: virialFigure(excess, force),
    residual: misfit(land, task, temperature, strata),
    samples: strata.weights.length,
    effective: strata.effective,
    warnings: fewTexts(strata.effective),
  });
}
