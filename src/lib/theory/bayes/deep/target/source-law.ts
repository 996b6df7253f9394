import type { Backend } from '$lib/backend/backend';
import type { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import type { Bend } from '$lib/theory/bayes/deep/target/bend';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { gramOf } from '$lib/theory/bayes/deep/target/gram';
import { fieldOn, Neurons, type Field } from '$lib/theory/bayes/deep/target/neurons';
import type { Plan } from '$lib/theory/bayes/deep/target/plan';
import { combined, lowerFactor, mapped, meanOuter, root, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import { blend, SourceChain } from '$lib/theory/bayes/deep/target/source-chain';
import type { HeldLayer } from '$lib/theory/bayes/deep/target/stein';
import { Owned } from '$lib/theory/owned';

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
  using chain = new SourceChain(task, parameters, group.count, beginning(group), breath);
  const { bend, layers } = chain;
  for (const [l, z] of (await startPlaces(backend, kernel, group)).entries()) layers[l]!.put(z);
  const share = group.count / whole;
  await chain.begin();
  for (let i = 0; i < plan.source.settling; i++) {
    await chain.step(plan.live, { weight: 1 });
    breath.tick(share);
  }
  let [kernels, conjugates]: [readonly Small[], readonly Small[]] = [[], []];
  const raw: { readonly z: Float64Array; readonly moment: Small }[][] = [];
  for (let i = 1; i <= plan.source.every * (plan.blocks.most + 1); i++) {
    await chain.step(plan.still, { weight: plan.averaged ? 1 / (i + 1) : 1, watch: true });
    // Where nothing that drives particles is averaged, what they say of it is.
    const mean = (old: readonly Small[], now: readonly Small[]): readonly Small[] =>
      plan.averaged ? now : now.map((one, l) => blend(old[l], one, 1 / i));
    [kernels, conjugates] = [mean(kernels, chain.kernels), mean(conjugates, chain.conjugates)];
    if (i % plan.source.every === 0) {
      // Each snapshot gets the moments of its own stretch of the run: so draws scatter as much as the run does.
      const moments = chain.moments();
      const places = await Promise.all(layers.map((neurons) => neurons.places()));
      raw.push(places.map((z, l) => ({ z, moment: combined([1 / plan.source.every, moments[l]!]) })));
    }
    breath.tick(share);
  }
  const factors = layers.map((_, l) => lowerFactor(kernels[l]!, chain.examples));
  using made = new Owned();
  const fields = factors.map((factor, l) => made.keep(fieldOn(chain.engine, bend, { factor, conjugate: conjugates[l]! })));
  const snapshots: HeldLayer[][] = [];
  for (const one of raw) {
    snapshots.push(await Promise.all(one.map(({ z, moment }, l) => heldLayer(chain, z, moment, fields[l]!))));
    await breath.pause();
  }
  return {
    bend,
    depth: parameters.depth,
    samples: group.count,
    examples: chain.examples,
    inputs: task.trainInputs,
    kernels,
    factors,
    snapshots,
    virials: chain.virials,
    gaps: chain.gaps,
  };
}

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

/** A snapshot whose ⟨zzᵀ⟩ was brought to that of its stretch of the run, with φ, φ′ and ∂g. */
async function heldLayer({ engine, bend }: SourceChain, z: Float64Array, moment: Small, field: Field): Promise<HeldLayer> {
  const n = Math.sqrt(moment.length);
  const samples = z.length / n;
  const own = meanOuter(z, z, n, n, samples);
  const inverseRoot = mapped(own, n, (value, largest) => (value > 1e-9 * largest ? 1 / Math.sqrt(value) : 0));
  const corrected = times(z, times(inverseRoot, root(moment, n), n), n);
  using neurons = new Neurons(engine, bend, samples, 1, n);
  neurons.put(corrected);
  neurons.place(field);
  using pulls = neurons.pull(field);
  const { values, slopes } = neurons.state;
  return { z: corrected, values: await engine.read(values), slopes: await engine.read(slopes), pulls: await engine.read(pulls) };
}
