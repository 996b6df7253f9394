import type { Backend, Matrix } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import type { Run } from '$lib/base/run';
import type { DeepLaw } from '$lib/theory/bayes/deep/chain';
import { Breath } from '$lib/theory/bayes/deep/target/breath';
import { gramOf } from '$lib/theory/bayes/deep/target/gram';
import { planFor } from '$lib/theory/bayes/deep/target/plan';
import type { Stride } from '$lib/theory/bayes/deep/target/stir';
import { lowerFactor, size, solveLower } from '$lib/theory/bayes/deep/target/small';
import { SourceChain } from '$lib/theory/bayes/deep/target/source-chain';
import type { SourcePoint } from '$lib/theory/theory';

/** What Metropolis steps found of a deep source. */
export interface MetropolisFound {
  readonly law: DeepLaw;
  /** Mean of the Δ that drove the particles at the times of the samples. */
  readonly dual: Float64Array;
  /** Layer by layer. */
  readonly virials: readonly number[];
  /** What the gradient form of the conjugates differs by from their moment form, as a share of its bound. */
  readonly conjugates: number;
  readonly steps: number;
}

/** Samples kept. */
const snapshots = 8;

/** Steps from one sample to the next: by their angle neurons turn a whole circle, where the leapfrogs are not very short. */
const everyOf = ({ dt, leaps }: Stride): number => Math.min(48, Math.ceil((2 * Math.PI) / (dt * leaps)));

/** Steps before the first sample, those in which γ² grows, from one sample to the next, and all. Longer ones run away: kernels follow at every step. */
function courseOf({ parameters: { depth, gamma, temperature } }: SourcePoint, halvings: number) {
  const { live: stride, start } = planFor('fine', depth, gamma, temperature, halvings);
  const every = everyOf(stride);
  const settling = start.ramp + start.live + start.average;
  return { stride, ramp: start.ramp, settling, every, steps: settling + snapshots * every };
}

/** Steps that a run takes. */
export const metropolisSteps = (point: SourcePoint, halvings: number): number => courseOf(point, halvings).steps;

/** Where its random numbers begin: beyond those of groups of particles that go on from its samples. */
const beginning = 2 ** 24;

/**
 * Bound of what two forms of the conjugates differ by, in whitened units and beside √(P/M), the size of their noise. Kernels that were right to what their
 * particles allow had 0.4 to 1.8; runs that had not settled 5 to thousands.
 */
const apart = 2.5;

/**
 * The law of a deep source by Metropolis steps (`SourceChain`), whose γ² grows from 0: for rich and cold networks of several layers, in which the noisy
 * dynamics of `DeepEnsemble` run away, however short their steps. `halvings` of the leapfrogs' angle. Samples are those of `DeepEnsemble`, without control
 * variates. Kernels and conjugates are made anew at every step: averaged ones drift away from what the particles say by tens of per cent.
 */
export async function metropolisLaw(
  backend: Backend,
  point: SourcePoint,
  particles: number,
  jitters: readonly number[],
  halvings: number,
  run: Run,
  tick: () => void = () => undefined,
): Promise<MetropolisFound> {
  const { task, parameters } = point;
  const { activation, seed } = parameters;
  const breath = new Breath(backend, { ...run, progress: () => undefined }, 1);
  const { stride, ramp, settling, every, steps } = courseOf(point, halvings);
  using chain = new SourceChain(task, parameters, particles, beginning, breath);
  const { layers, examples } = chain;
  for (const [l, neurons] of layers.entries()) neurons.put(await breath.normals(particles * examples, seed, streams.deepStart + l, 0));
  await chain.begin(0);
  for (let i = 1; i <= settling; i++) {
    await chain.step(stride, { weight: 1, richness: Math.min(1, i / ramp) });
    tick();
  }
  const samples: Matrix[][] = layers.map(() => []);
  const dual = new Float64Array(examples);
  try {
    for (let i = 1; i <= snapshots * every; i++) {
      await chain.step(stride, { weight: 1, watch: true });
      tick();
      if (i % every > 0) continue;
      chain.dual.forEach((value, p) => (dual[p]! += value / snapshots));
      for (const [l, neurons] of layers.entries()) {
        const z = await neurons.places();
        const columns = l === 0 ? task.dimension : examples;
        samples[l]!.push(backend.upload({ rows: particles, columns }, l === 0 ? await weightsOf(z, { task, seed, step: i }, breath) : z));
      }
    }
  } catch (error) {
    for (const sample of samples.flat()) sample[Symbol.dispose]();
    throw error;
  }
  return {
    law: {
      activation,
      seed,
      layers: samples.map((own, l) => ({ snapshots: own, controlVariates: [], control: 0, jitter: jitters[l] ?? 0 })),
    },
    dual,
    virials: chain.virials,
    conjugates: Math.max(...chain.gaps.map((gap) => size(gap) / Math.sqrt(examples))) / (apart * Math.sqrt(examples / particles)),
    steps,
  };
}

/**
 * Weights w [M, D] of the first layer whose h are R z, R the factor of X Xᵀ/D: with Q = R⁻¹X/√D, QᵀQ projects on the span of the inputs, and w = zQ + n(1 − QᵀQ) for
 * normals n, as nothing acts on what is orthogonal to the training inputs.
 */
async function weightsOf(
  z: Float64Array,
  { task, seed, step }: Pick<SourcePoint, 'task'> & { readonly seed: number; readonly step: number },
  breath: Breath,
): Promise<Float64Array> {
  const { trainInputs, trainLabels, dimension } = task;
  const { engine } = breath;
  const n = trainLabels.length;
  const rows = z.length / n;
  const scale = 1 / Math.sqrt(dimension);
  const across = solveLower(
    lowerFactor(gramOf(trainInputs, trainInputs, dimension), n),
    trainInputs.map((x) => scale * x),
    n,
  );
  using q = engine.upload({ rows: n, columns: dimension }, across);
  using places = engine.upload({ rows, columns: n }, z);
  using noise = engine.normal({ rows, columns: dimension }, { seed, stream: streams.deepStart, step });
  await breath.pause();
  using along = engine.product(noise, q, { transposeB: true });
  await breath.pause();
  using moves = engine.combine([
    [1, places],
    [-1, along],
  ]);
  using moved = engine.product(moves, q);
  using weights = engine.combine([
    [1, noise],
    [1, moved],
  ]);
  return await engine.read(weights);
}
