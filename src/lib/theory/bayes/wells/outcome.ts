import { factorSystems } from '$lib/backend/systems/factor';
import type { Backend, Matrix } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import { conditioning } from '$lib/theory/bayes/health';
import { disposeLaw, groupKernels, meanKernel, type Law } from '$lib/theory/bayes/law';
import { virialFigure } from '$lib/theory/bayes/virial';
import { alarmOf, balanceOf, type Alarm } from '$lib/theory/bayes/wells/alarm';
import { landscapeOf, type Landscape } from '$lib/theory/bayes/wells/landscape';
import { samplesOf } from '$lib/theory/bayes/wells/samples';
import { solveStrata } from '$lib/theory/bayes/wells/solve';
import { jitterWarnings, notPositive } from '$lib/theory/positive';
import type { Slices } from '$lib/theory/slices';
import type { Health, SourceParameters, Task } from '$lib/theory/theory';

/** Tasks that strata are for: beyond, importance weights want too many samples. Of relu the wells are cones, of quadratic there are none. */
const most = { rank: 12, examples: 48 } as const;

/** Multiplications that a search for wells may take: a small part of a particle run. */
const searchBudget = (examples: number, rank: number, particles: number): number => Math.max(2e7, 4 * particles * examples * rank);

/** Particles that are looked at. */
const looked = 1024;

/** Samples of a round of strata, and rounds at most. */
const effort = { samples: 4096, rounds: 30 } as const;

/** Whether strata can take the place of particles. */
export function strataServe(task: Task, { activation, gamma }: SourceParameters): boolean {
  if (!(activation === 'erf' || activation === 'tanh') || !(gamma > 0) || task.trainLabels.length > most.examples) return false;
  const { rank } = landscapeOf(task, activation, gamma);
  return rank > 0 && rank <= most.rank;
}

/** Weights [1, n, D] over the span of the training inputs, [n, r] in double precision. */
async function spanned(backend: Backend, { basis, rank, dimension }: Landscape, weights: Matrix): Promise<Float64Array> {
  using axes = backend.upload({ rows: rank, columns: dimension }, basis);
  using z = backend.product(weights, axes, { transposeB: true });
  return (await backend.read(z)).subarray(0, looked * rank);
}

/** What a search for wells has to say of the particles [1, M, D] of a source, driven by Δ; `shadow` are those of the prior. */
export async function examine(
  slices: Slices,
  task: Task,
  { activation, gamma, seed }: SourceParameters,
  dual: Float64Array,
  weights: Matrix,
  shadow: Matrix,
): Promise<Alarm> {
  // The quadratic law is not normalisable: its far wells are no part of what is computed. That of relu has cones, not wells.
  if (activation === 'quadratic' || activation === 'relu' || activation === 'linear' || !(gamma > 0)) return {};
  const land = landscapeOf(task, activation, gamma);
  if (land.rank === 0 || dual.every((value) => value === 0)) return {};
  await slices.backend.rest();
  const points = await spanned(slices.backend, land, weights);
  const prior = await spanned(slices.backend, land, shadow);
  await slices.backend.rest();
  return alarmOf(land, dual, task.trainLabels, points, prior, { seed, budget: searchBudget(land.examples, land.rank, weights.rows) });
}

/** What a reader must be told of an alarm. */
export function alarmTexts({ missing, frozen }: Alarm): string[] {
  const percent = (value: number): string => `${(100 * value).toPrecision(2)} %`;
  const texts: string[] = [];
  if (missing)
    texts.push(
      `about ${percent(missing.share)} of the law lies around |w| = ${missing.distance.toPrecision(2)} over the training inputs, where ${missing.found === 0 ? 'no particle is' : `only ${percent(missing.found)} of the particles are`}: the kernel may be wrong by as much`,
    );
  if (frozen !== undefined)
    texts.push(
      `particles do not follow the force: reweighted samples of the prior have features ${percent(frozen - 1)} stronger along the fit; γ has too little effect here`,
    );
  return texts;
}

/** A source by strata, measured as a particle run is. Owns its samples. */
export interface StrataOutcome {
  readonly law: Law;
  readonly train: Matrix;
  readonly dual: Float64Array;
  readonly health: Health & { readonly virial: number; readonly residual: number };
  readonly warnings: readonly string[];
}

/** Solves a source by strata (`solve.ts`); undefined where the weights of its samples do not settle. */
export async function strataOutcome(
  slices: Slices,
  task: Task,
  parameters: SourceParameters,
  particles: number,
): Promise<StrataOutcome | Problem | undefined> {
  const { backend } = slices;
  const { activation, gamma, temperature, seed } = parameters;
  const land = landscapeOf(task, activation, gamma);
  const rest = async (): Promise<void> => {
    await backend.rest();
    slices.check();
  };
  const strata = await solveStrata(land, task, temperature, { ...effort, seed, rest });
  if (!strata) return undefined;
  const { excess, force } = balanceOf(land, strata.dual, strata.points, strata.weights);
  const { snapshots, shadow } = await samplesOf(backend, land, strata, particles, seed, rest);
  const law: Law = { activation, snapshots, shadows: [shadow], variance: 1, control: 0 };
  let train: Matrix | undefined;
  try {
    using inputs = backend.upload({ rows: task.trainLabels.length, columns: task.dimension }, task.trainInputs);
    using grouped = await groupKernels(backend, law, inputs, inputs);
    train = meanKernel(backend, grouped);
    using systems = await factorSystems(backend, train, [temperature], { jitter: [parameters.jitter ?? 'off'] });
    const [failure] = systems.failures;
    if (failure) {
      train[Symbol.dispose]();
      disposeLaw(law);
      return notPositive(failure, parameters.jitter !== 'auto');
    }
    const [figures] = await conditioning(backend, systems);
    const jitter = systems.jitters[0]?.added ?? 0;
    return {
      law,
      train,
      dual: strata.dual,
      health: {
        virial: virialFigure(excess, force),
        // On its own samples Δ is solved to rounding.
        residual: 0,
        ...figures,
        ...(jitter > 0 && { jitter }),
        particles: strata.weights.length,
        effectiveSamples: strata.effective,
      },
      warnings: jitterWarnings(systems, 0),
    };
  } catch (error) {
    train?.[Symbol.dispose]();
    disposeLaw(law);
    throw error;
  }
}
