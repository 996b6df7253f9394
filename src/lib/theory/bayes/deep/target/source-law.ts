import type { Backend } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import type { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import { bendOf, type Bend } from '$lib/theory/bayes/deep/target/bend';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import type { Plan } from '$lib/theory/bayes/deep/target/plan';
import {
  combined,
  lowerFactor,
  mapped,
  meanOuter,
  outer,
  ridgeSolve,
  root,
  solveUpper,
  symmetric,
  times,
  transposed,
  type Small,
} from '$lib/theory/bayes/deep/target/small';
import { sourceStein, type HeldLayer } from '$lib/theory/bayes/deep/target/stein';
import { stir, type Stride } from '$lib/theory/bayes/deep/target/stir';
import { Walkers, type Field } from '$lib/theory/bayes/deep/target/walkers';
import { gramOf } from '$lib/theory/bayes/deep/target/gram';

/** What targets are coupled to: kernels of the source averaged over time, and samples of its neurons. */
export interface SourceLaw {
  readonly bend: Bend;
  readonly depth: number;
  /** M. */
  readonly samples: number;
  readonly examples: number;
  readonly inputs: Float64Array;
  /** Φ_s^l, l = 0 … L. */
  readonly kernels: readonly Small[];
  /** The lower factor of Φ_s^{l−1}, for layers 1 … L (index 0 is layer 1). */
  readonly factors: readonly Small[];
  /** By snapshot, then by layer. */
  readonly snapshots: readonly (readonly HeldLayer[])[];
  /** Layer by layer, the virial figure. */
  readonly virials: readonly number[];
  /** Layer by layer, what the gradient form of A differs by from its moment form, in whitened units. */
  readonly gaps: readonly Small[];
}

/** Neurons of a source that are followed together, apart from all others: from `first` on. */
export interface Group {
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

/** Steps of random numbers that a group has to itself. */
const stretch = 2 ** 20;

/** Where the random numbers of a group begin. */
export const beginning = ({ index }: Group): number => index * stretch;

interface State {
  readonly kernels: Small[];
  /** A_s^l, index 0 is layer 1. */
  readonly conjugates: Small[];
}

/** One more value of an average: a + (b − a)w. */
export const blend = (old: Small | undefined, now: Small, weight: number): Small =>
  !old || weight === 1 ? now : combined([1 - weight, old], [weight, now]);

/**
 * Particles of a deep source that go on from those of its kernel: Metropolis steps in the field of the moment, Φ, A and Δ anew at each, then
 * averaged over time while snapshots are taken. A is taken in the form sym(Φ⁻¹⟨h ∂gᵀ⟩), which has no φ″. Only those of one group, in fields of
 * their own; `whole`: neurons of all groups.
 */
export async function sourceLaw(
  backend: Backend,
  kernel: DeepKernel,
  plan: Plan,
  group: Group,
  whole: number,
  breath: Breath,
): Promise<SourceLaw> {
  const { task, parameters } = kernel;
  const { depth, gamma, temperature, seed } = parameters;
  const bend = bendOf(parameters.activation);
  const examples = task.trainLabels.length;
  const layers = await startWalkers(backend, kernel, bend, group);
  const samples = group.count;
  const from = beginning(group);
  const share = group.count / whole;
  const state: State = { kernels: [gramOf(task.trainInputs, task.trainInputs, task.dimension)], conjugates: [] };
  const fieldOf = (l: number): Field => ({
    factor: lowerFactor(state.kernels[l]!, examples),
    conjugate: state.conjugates[l] ?? new Float64Array(examples * examples),
  });
  const seen = {
    steps: 0,
    virial: layers.map(() => 0),
    moments: layers.map(() => blank(examples)),
    gaps: layers.map(() => blank(examples)),
  };
  const take = async (stride: Stride | undefined, weight: number, step: number, watch: boolean): Promise<void> => {
    const fields: Field[] = [];
    for (const [l, walkers] of layers.entries()) {
      const field = fieldOf(l);
      fields.push(field);
      if (stride) await stir(walkers, field, stride, { seed, stream: streams.deepHeld + l, step: from + step }, breath, false);
      else walkers.place(field);
      const now = meanOuter(walkers.values, walkers.values, examples, examples, samples);
      state.kernels[l + 1] = blend(state.kernels[l + 1], now, weight);
    }
    const dual = ridgeSolve(state.kernels[depth]!, temperature, task.trainLabels);
    state.conjugates[depth - 1] = outer(gamma * gamma, dual);
    for (let l = depth - 1; l >= 0; l--) {
      await breath.pause();
      const walkers = layers[l]!;
      const { factor } = fields[l]!;
      walkers.pull({ conjugate: state.conjugates[l]! });
      const along = meanOuter(walkers.z, walkers.pulls, examples, examples, samples);
      if (watch) watchLayer(seen, l, walkers, factor, state.conjugates[l]!, along);
      if (l > 0) state.conjugates[l - 1] = blend(state.conjugates[l - 1], symmetric(solveUpper(factor, along, examples), examples), weight);
    }
    if (watch) seen.steps++;
  };
  await take(undefined, 1, 0, false);
  let step = 1;
  for (let i = 0; i < plan.source.settling; i++) {
    await take(plan.live, 1, step++, false);
    breath.tick(share);
  }
  const raw: { readonly z: Float64Array; readonly moment: Small }[][] = [];
  for (let i = 1; i <= plan.source.every * (plan.blocks.most + 1); i++) {
    await take(plan.still, 1 / (i + 1), step++, true);
    if (i % plan.source.every === 0) {
      // Each snapshot gets the moments of its own stretch of the run: so draws scatter as much as the run does.
      raw.push(layers.map(({ z }, l) => ({ z: z.slice(), moment: combined([1 / plan.source.every, seen.moments[l]!]) })));
      seen.moments = layers.map(() => blank(examples));
    }
    breath.tick(share);
  }
  const factors = layers.map((_, l) => fieldOf(l).factor);
  const snapshots: HeldLayer[][] = [];
  for (const one of raw) {
    snapshots.push(one.map(({ z, moment }, l) => heldLayer(bend, z, moment, factors[l]!, state.conjugates[l]!)));
    await breath.pause();
  }
  return {
    bend,
    depth,
    samples,
    examples,
    inputs: task.trainInputs,
    kernels: state.kernels,
    factors,
    snapshots,
    virials: seen.virial.map((sum) => sum / seen.steps),
    gaps: seen.gaps.map((gap) => combined([1 / seen.steps, gap])),
  };
}

const blank = (n: number): Small => new Float64Array(n * n);

/** The figure that is furthest from 1. */
export const furthest = (values: readonly number[]): number =>
  values.reduce((worst, value) => (Number.isNaN(value) || Math.abs(value - 1) > Math.abs(worst - 1) ? value : worst), 1);

/** Neurons of a group where the kernel's last snapshot has them. */
async function startWalkers(
  backend: Backend,
  { law, task, parameters }: DeepKernel,
  bend: Bend,
  { first, count }: Group,
): Promise<Walkers[]> {
  const examples = task.trainLabels.length;
  const layers: Walkers[] = [];
  for (let l = 0; l < parameters.depth; l++) {
    const last = law.layers[l]?.snapshots.at(-1);
    if (!last) throw new Error('a source without samples');
    const values = (await backend.read(last)).subarray(first * last.columns, (first + count) * last.columns);
    const walkers = new Walkers(bend, count, 1, examples);
    if (l > 0) walkers.z.set(values);
    else {
      // h = W Xᵀ/√D = R z.
      const { dimension, trainInputs } = task;
      const factor = lowerFactor(gramOf(trainInputs, trainInputs, dimension), examples);
      const h = times(values, transposed(trainInputs, dimension), dimension);
      const scale = 1 / Math.sqrt(dimension);
      for (let k = 0; k < count; k++)
        for (let i = 0; i < examples; i++) {
          let sum = h[k * examples + i]! * scale;
          for (let j = 0; j < i; j++) sum -= factor[i * examples + j]! * walkers.z[k * examples + j]!;
          const pivot = factor[i * examples + i]!;
          walkers.z[k * examples + i] = pivot === 0 ? 0 : sum / pivot;
        }
    }
    layers.push(walkers);
  }
  return layers;
}

/** Virial, ⟨zzᵀ⟩, and RᵀAR of the layer below by its gradients less that by moments, added up. */
function watchLayer(
  seen: { readonly virial: number[]; readonly moments: Small[]; readonly gaps: Small[] },
  l: number,
  walkers: Walkers,
  factor: Small,
  conjugate: Small,
  along: Small,
): void {
  const { n, z, samples } = walkers;
  const second = meanOuter(z, z, n, n, samples);
  let virial = 0;
  // ⟨z·Rᵀ∂g⟩ = tr(Rᵀ⟨∂g zᵀ⟩).
  for (let i = 0; i < n; i++) {
    virial += second[i * n + i]!;
    for (let j = 0; j <= i; j++) virial -= factor[i * n + j]! * along[j * n + i]!;
  }
  seen.virial[l]! += virial / n;
  seen.moments[l] = combined([1, seen.moments[l]!], [1, second]);
  const whitened = times(transposed(factor, n), times(sourceStein(walkers, conjugate), factor, n), n);
  const gap = combined([1, whitened], [-1, second]);
  for (let i = 0; i < n; i++) gap[i * n + i]! += 1;
  seen.gaps[l] = combined([1, seen.gaps[l]!], [1, gap]);
}

/** A snapshot whose ⟨zzᵀ⟩ was brought to that of its stretch of the run, with φ, φ′ and ∂g. */
function heldLayer(bend: Bend, z: Float64Array, moment: Small, factor: Small, conjugate: Small): HeldLayer {
  const n = Math.sqrt(moment.length);
  const samples = z.length / n;
  const own = meanOuter(z, z, n, n, samples);
  const inverseRoot = mapped(own, n, (value, largest) => (value > 1e-9 * largest ? 1 / Math.sqrt(value) : 0));
  const corrected = times(z, times(inverseRoot, root(moment, n), n), n);
  const walkers = new Walkers(bend, samples, 1, n);
  walkers.z.set(corrected);
  walkers.place({ factor, conjugate });
  walkers.pull({ conjugate });
  return { z: walkers.z, values: walkers.values, slopes: walkers.slopes, pulls: walkers.pulls };
}
