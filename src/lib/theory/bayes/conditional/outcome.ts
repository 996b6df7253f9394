import type { Activation } from '$lib/base/activation';
import type { Problem } from '$lib/base/problem';
import { anchorsFor, wellsOf } from '$lib/theory/bayes/conditional/anchoring';
import { drawAbout, drawAlone } from '$lib/theory/bayes/conditional/draw';
import { conditionalDensity, manyWells, type Anchored } from '$lib/theory/bayes/conditional/peaks';
import { solveConditional, whole, type Believed, type Conditional, type Verdict } from '$lib/theory/bayes/conditional/solve';
import type { EnsemblePoint } from '$lib/theory/bayes/ensemble';
import { virialFigure } from '$lib/theory/bayes/virial';
import { dot } from '$lib/theory/common/vectors';
import { seriousDirections } from '$lib/theory/bayes/spectrum';
import { landscapeOf, type Landscape } from '$lib/theory/bayes/wells/landscape';
import { slopes } from '$lib/theory/bayes/wells/newton';
import { fewTexts } from '$lib/theory/bayes/wells/outcome';
import { weightedOutcome, type WeightedOutcome } from '$lib/theory/bayes/wells/weighted';
import { coupledVariance } from '$lib/theory/common/coupled-variance';
import type { Law } from '$lib/theory/common/law';
import type { Slices } from '$lib/theory/slices';
import type { SourceParameters, Task } from '$lib/theory/theory';

/**
 * Anchors at most, of each samples in a round and in the last, rounds, and wells of each anchor. Where a rich target is loosely coupled (δ up to some 5) an
 * anchor has a dozen wells, and many of the likeliest places lead to the same one: with six climbs from these, samples settled with the second eigenvalue
 * 1.5 % low at δ = 1.
 */
const effort = {
  target: { few: 512, many: 2048, own: 24, last: 64, rounds: 48, wells: manyWells },
  source: { few: 1, many: 1, own: 8192, last: 32768, rounds: 48 },
} as const;

/**
 * The second search, for targets of erf and tanh whose samples did not settle in the first. Each of a dozen wells needs some samples, and wells that lie
 * close to one another are looked for too: without that, two of eleven pairs beside grids settled in neither search.
 */
const more = { rounds: 80, own: 64, wells: { most: 16, tried: 40, reached: 1 }, careful: true } as const;

/**
 * Directions and examples that weighted samples are for: beyond, too few of them count. A target, with anchors by the thousand, takes seconds
 * for each point of a sweep over more than six. Of bounded φ directions in which inputs vary only slightly are not counted, for they cost few samples: there a
 * climb about an anchor, which takes P r² multiplications a step, has a bound.
 */
const most = { target: 6, source: 12, looked: 12, rank: 48, examples: 128, climb: 5000 } as const;

/**
 * What particles may be off by, of the labels and of the kernel, to be left as they are. Of relu weighted directions cost less than particles did,
 * and know the law better: they always take their place.
 */
export const believable = { other: { residual: 0.02, kernel: 0.03 }, relu: { residual: -1, kernel: -1 } } as const;

const isBounded = (activation: Activation): boolean => activation === 'erf' || activation === 'tanh';

/** Whether a task has at most so many directions, of bounded φ none but slight ones beside them, and is not too large to look. */
function isOfFewDirections(task: Task, { activation, gamma }: SourceParameters, directions: number): boolean {
  if (task.trainLabels.length > most.examples) return false;
  const { rank } = landscapeOf(task, activation, gamma);
  if (!isBounded(activation)) return rank > 0 && rank <= directions;
  return rank > 0 && rank <= most.rank && seriousDirections(task) <= directions;
}

/** Whether weighted samples can check a target, or a source of relu, and take the place of its particles. */
export function conditionalServes(task: Task, parameters: SourceParameters, role: 'source' | 'target'): boolean {
  const { activation, gamma } = parameters;
  const served = activation === 'relu' || (role === 'target' && isBounded(activation));
  if (!(served && gamma > 0 && isOfFewDirections(task, parameters, most[role]))) return false;
  return activation === 'relu' || task.trainLabels.length * landscapeOf(task, activation, gamma).rank ** 2 <= most.climb;
}

/** Whether a target over more directions, or of more examples, than these take can be looked at, or told of. */
export const canBeLookedAt = (task: Task, parameters: SourceParameters): boolean =>
  parameters.gamma > 0 && isOfFewDirections(task, parameters, most.looked);

/** What a reader must be told where particles are not right and weighted samples do not settle. */
export const verdictText = ({ kernel, residual }: Verdict): string =>
  `weighted samples of the law under this Δ do not agree with the particles: their kernels differ by ${(100 * kernel).toPrecision(2)} %${
    residual > 1 ? ', and their outputs by more than the labels' : ''
  }; the wells of the law may be filled wrongly, and the result be wrong by as much`;

/**
 * A target by weighted samples about the particles of its source that it is coupled to, or a source of relu by weighted directions, measured as a
 * particle run is. Only a verdict where what particles found is right, or where the weights of the samples do not settle.
 */
export async function conditionalOutcome(
  slices: Slices,
  point: EnsemblePoint,
  believed: Believed,
  particles: number,
  copies: number,
): Promise<WeightedOutcome | Problem | Verdict> {
  const { backend, yieldToDevice } = slices;
  const { task, parameters, delta, anchor } = point;
  const { activation, gamma, temperature, seed } = parameters;
  const land = landscapeOf(task, activation, gamma);
  const size = task.trainLabels.length;
  const work = anchor ? effort.target : effort.source;
  const { anchored, held, of } = await anchorsFor(backend, point, land, particles, work);
  const solve = (change: Partial<typeof more> = {}): ReturnType<typeof solveConditional> =>
    solveConditional(land, task, temperature, anchored, believed, { ...work, ...change, seed, stream: wellsOf(anchor), yieldToDevice });
  const { verdict, found: first } = await solve();
  if (!first && (verdict.agrees || !anchor || !isBounded(activation))) return verdict;
  const found = first ?? (await solve(more)).found;
  if (!found) return verdict;
  const { kernel } = slopes(found.pool, { labels: task.trainLabels, gamma, temperature }, found.dual, found.at);
  const law: Law = {
    activation,
    variance: coupledVariance(delta, anchor?.variance),
    control: 0,
    ...(anchor
      ? await drawAbout(
          backend,
          land,
          found,
          { of, held, controlVariate: anchor.controlVariate, stage: anchor.stage, copies, delta, seed },
          yieldToDevice,
        )
      : await drawAlone(backend, land, found, particles, seed, yieldToDevice)),
  };
  const train = backend.upload({ rows: size, columns: size }, whole(kernel, size));
  const { excess, force } = balanceOf(land, found, anchored.many);
  return await weightedOutcome(backend, law, train, parameters, {
    dual: found.dual,
    virial: virialFigure(excess, force),
    residual: found.moved,
    samples: found.pool.count,
    effective: found.at.effective,
    warnings: anchor ? countingTexts(found) : fewTexts(found.at.effective),
  });
}

/** Shares of the samples that must count, on average and of the tenth of anchors where fewest do. */
const enough = { mean: 0.15, least: 0.03 } as const;

/**
 * What halves of the anchors may say that the kernel is off by before a reader is told. Anchors are chosen evenly, so that the whole is off by less: beside
 * grids a kernel with 0.084 was 2 to 4 % off, one with 0.044 less than 1 %.
 */
const sure = 0.06;

const countingTexts = ({ counting, least, unsure }: Conditional): string[] => [
  ...(unsure <= sure
    ? []
    : [
        `the law of the source is drawn out so far that samples of it know this kernel to some ${(100 * unsure).toPrecision(2)} % or better`,
      ]),
  ...(counting >= enough.mean && least >= enough.least
    ? []
    : [
        `of the weighted samples about a source neuron only ${(100 * counting).toPrecision(2)} % count, of a tenth of them less than ${(100 * least).toPrecision(2)} %: averages may be off by several per cent`,
      ]),
];

/** Both sides of the virial identity about the means: a⟨|z − m|²⟩ − r and γ²⟨s t⟩. */
function balanceOf(
  land: Landscape,
  { pool, points, at, dual }: Conditional,
  { means, stiffness }: Anchored,
): { excess: number; force: number } {
  const { rank } = land;
  const gradient = new Float64Array(rank);
  const own = pool.count / pool.anchors;
  let square = 0;
  let force = 0;
  for (let k = 0; k < pool.anchors; k++) {
    const mean = means.subarray(k * rank, (k + 1) * rank);
    const density = conditionalDensity(land, dual, mean, stiffness);
    for (let i = k * own; i < (k + 1) * own; i++) {
      const weight = at.weights[i]!;
      if (weight < 1e-10 / pool.anchors) continue;
      const z = points.subarray(i * rank, (i + 1) * rank);
      density(z, gradient);
      const away = z.map((value, j) => value - mean[j]!);
      const size = stiffness * dot(away, away);
      square += weight * size;
      force += weight * (dot(away, gradient) + size);
    }
  }
  return { excess: square - rank, force };
}
