import type { Backend, Matrix } from '$lib/backend/backend';
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
import { fieldOn, Neurons, type Field } from '$lib/theory/bayes/deep/target/neurons';
import { stir, type Stride } from '$lib/theory/bayes/deep/target/stir';
import { Walkers } from '$lib/theory/bayes/deep/target/walkers';
import { Owned } from '$lib/theory/owned';
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
  const { engine } = breath;
  using made = new Owned();
  const layers: Neurons[] = [];
  for (const z of await startPlaces(backend, kernel, group)) {
    const neurons = made.keep(new Neurons(engine, bend, group.count, 1, examples));
    neurons.put(z);
    layers.push(neurons);
  }
  const samples = group.count;
  const from = beginning(group);
  const share = group.count / whole;
  const state: State = { kernels: [gramOf(task.trainInputs, task.trainInputs, task.dimension)], conjugates: [] };
  const fieldOf = (l: number): { readonly factor: Small; readonly conjugate: Small } => ({
    factor: lowerFactor(state.kernels[l]!, examples),
    conjugate: state.conjugates[l] ?? blank(examples),
  });
  const seen = {
    steps: 0,
    virial: layers.map(() => 0),
    moments: layers.map(() => blank(examples)),
    gaps: layers.map(() => blank(examples)),
  };
  const take = async (stride: Stride | undefined, weight: number, step: number, watch: boolean): Promise<void> => {
    const factors: Small[] = [];
    for (const [l, neurons] of layers.entries()) {
      const plain = fieldOf(l);
      factors.push(plain.factor);
      using field: Field = fieldOn(engine, bend, plain);
      if (stride) await stir(neurons, field, stride, { seed, stream: streams.deepHeld + l, step: from + step }, breath, false);
      else neurons.place(field);
      const { values } = neurons.state;
      const [now] = await engine.outerMeans([[values, values]], () => breath.pause());
      state.kernels[l + 1] = blend(state.kernels[l + 1], now!, weight);
    }
    const dual = ridgeSolve(state.kernels[depth]!, temperature, task.trainLabels);
    state.conjugates[depth - 1] = outer(gamma * gamma, dual);
    for (let l = depth - 1; l >= 0; l--) {
      await breath.pause();
      const neurons = layers[l]!;
      const factor = factors[l]!;
      using field: Field = fieldOn(engine, bend, { factor, conjugate: state.conjugates[l]! });
      using pulls = neurons.pull(field);
      const [along] = await engine.outerMeans([[neurons.state.z, pulls]], () => breath.pause());
      if (watch) await watchLayer(seen, l, neurons, pulls, factor, state.conjugates[l]!, along!);
      if (l > 0)
        state.conjugates[l - 1] = blend(state.conjugates[l - 1], symmetric(solveUpper(factor, along!, examples), examples), weight);
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
      const places = await Promise.all(layers.map((neurons) => neurons.places()));
      raw.push(places.map((z, l) => ({ z, moment: combined([1 / plan.source.every, seen.moments[l]!]) })));
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

/** z of a group's neurons, layer by layer, where the kernel's last snapshot has them. */
async function startPlaces(
  backend: Backend,
  { law, task, parameters }: DeepKernel,
  { first, count }: Group,
): Promise<readonly Float64Array[]> {
  const examples = task.trainLabels.length;
  const layers: Float64Array[] = [];
  for (let l = 0; l < parameters.depth; l++) {
    const last = law.layers[l]?.snapshots.at(-1);
    if (!last) throw new Error('a source without samples');
    const values = (await backend.read(last)).subarray(first * last.columns, (first + count) * last.columns);
    if (l > 0) layers.push(values);
    else {
      const z = new Float64Array(count * examples);
      // h = W Xᵀ/√D = R z.
      const { dimension, trainInputs } = task;
      const factor = lowerFactor(gramOf(trainInputs, trainInputs, dimension), examples);
      const h = times(values, transposed(trainInputs, dimension), dimension);
      const scale = 1 / Math.sqrt(dimension);
      for (let k = 0; k < count; k++)
        for (let i = 0; i < examples; i++) {
          let sum = h[k * examples + i]! * scale;
          for (let j = 0; j < i; j++) sum -= factor[i * examples + j]! * z[k * examples + j]!;
          const pivot = factor[i * examples + i]!;
          z[k * examples + i] = pivot === 0 ? 0 : sum / pivot;
        }
      layers.push(z);
    }
  }
  return layers;
}

/** Virial, ⟨zzᵀ⟩, and RᵀAR of the layer below by its gradients less that by moments, added up. */
async function watchLayer(
  seen: { readonly virial: number[]; readonly moments: Small[]; readonly gaps: Small[] },
  l: number,
  neurons: Neurons,
  pulls: Matrix,
  factor: Small,
  conjugate: Small,
  along: Small,
): Promise<void> {
  const { n, state, engine } = neurons;
  const [found] = await engine.outerMeans([[state.z, state.z]]);
  const second = found!;
  let virial = 0;
  // ⟨z·Rᵀ∂g⟩ = tr(Rᵀ⟨∂g zᵀ⟩).
  for (let i = 0; i < n; i++) {
    virial += second[i * n + i]!;
    for (let j = 0; j <= i; j++) virial -= factor[i * n + j]! * along[j * n + i]!;
  }
  seen.virial[l]! += virial / n;
  seen.moments[l] = combined([1, seen.moments[l]!], [1, second]);
  const whitened = times(transposed(factor, n), times(await sourceStein(neurons, conjugate, pulls), factor, n), n);
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
