import { Problem } from '$lib/base/problem';
import type { Backend } from '$lib/backend/backend';
import { GradientStage } from '$lib/theory/networks/gradient';
import type { Architecture, Member, Place, TrainingStage } from '$lib/theory/networks/member';
import { LangevinStage, type Sampling } from '$lib/theory/networks/langevin';
import { methodOf, type NetworkLink, type NetworkMethod, type NetworkPoint, type NetworkTask } from '$lib/theory/networks/networks';
import { ReadoutStage } from '$lib/theory/networks/readout';

/** One target network: which point it is of, and which of that point's seeds. */
export interface Seat {
  readonly point: number;
  readonly seed: number;
}

/** The networks of one task of a chain. */
export interface Generation {
  readonly members: readonly Member[];
  /** The network of the task before that each goes on from; of the first task none. */
  readonly of: readonly number[];
  /** With which readout they start. */
  readonly readout: 'fresh' | 'kept';
}

/** Networks that can move as one batch: equal in architecture, method and the shapes of their tasks. */
export interface Family {
  readonly architecture: Architecture;
  readonly method: NetworkMethod;
  readonly theory: string;
  readonly burnIn: number;
  readonly samples: number;
  readonly thinning: number;
  /** From the source to the target. */
  readonly generations: readonly Generation[];
  /** Of each target network. */
  readonly places: readonly Seat[];
}

/** The seed of network `index` of a point: two points share networks only where they share their seed. */
const seedOf = (seed: number, index: number): number => (seed % 2 ** 32) + index * 2 ** 32;

const memberOf = (stage: NetworkTask, point: NetworkPoint, delta: number, seed: number): Member => ({
  ...stage,
  delta,
  seed,
  ...(point.step !== undefined && { step: point.step }),
});

/** All tasks of a point in order, each with its tie to the one before. */
export const stagesOf = ({ source, between = [], target, delta, readout }: NetworkPoint): readonly NetworkLink[] => [
  { ...source, delta: 0, readout: 'fresh' },
  ...between,
  { ...target, delta, readout },
];

const batchKey = (point: NetworkPoint): string => {
  const { theory, method, activation, depth, width, burnIn, samples, thinning } = point;
  const shapes = stagesOf(point).map(
    ({ task, readout }) => `${task.dimension} ${task.trainLabels.length} ${task.testLabels.length} ${readout}`,
  );
  const sampling = method === 'gradient' ? [] : [theory, burnIn, samples, thinning];
  return [method, activation, depth, width, ...shapes, ...sampling].join(' ');
};

interface Growing extends Family {
  readonly generations: readonly (Generation & { readonly members: Member[]; readonly of: number[] })[];
  readonly places: Seat[];
}

/**
 * Points sorted into families; those that are problems are left out. Widths are not mixed in a family: a batch padded to its largest
 * width would do the arithmetic of that width for every network (sixteen times too much for 32 beside 512); families take turns, a slice
 * of each at a time. Targets of the same source share it, and chains what they have in common: a sweep over δ trains its sources once.
 */
export const familiesOf = (points: readonly (NetworkPoint | Problem)[]): readonly Family[] => {
  const families = new Map<string, Growing>();
  points.forEach((point, index) => {
    if (point instanceof Problem) return;
    const key = batchKey(point);
    const { activation, depth, width, method, theory, burnIn, samples, thinning } = point;
    const stages = stagesOf(point);
    const family = families.get(key) ?? {
      architecture: { activation, depth, width },
      method,
      theory,
      burnIn,
      samples,
      thinning,
      generations: stages.map(({ readout }) => ({ members: [], of: [], readout })),
      places: [],
    };
    families.set(key, family);
    for (let seed = 0; seed < point.seeds; seed++) {
      let parent = -1;
      stages.forEach(({ readout: _, delta, ...stage }, order) => {
        const { members, of } = family.generations[order]!;
        const member = memberOf(stage, point, delta, seedOf(point.seed, seed));
        const last = order === stages.length - 1;
        const known = last ? -1 : members.findIndex((other, b) => of[b] === parent && sameMember(other, member));
        if (known < 0) of.push(parent);
        parent = known >= 0 ? known : members.push(member) - 1;
      });
      family.places.push({ point: index, seed });
    }
  });
  return [...families.values()];
};

/** The network of task `order` that target network `b` comes from. */
export const ancestorOf = ({ generations }: Family, b: number, order: number): number => {
  let at = b;
  for (let later = generations.length - 1; later > order; later--) at = generations[later]!.of[at]!;
  return at;
};

const sameMember = (a: Member, b: Member): boolean =>
  a.task === b.task &&
  a.gamma === b.gamma &&
  a.temperature === b.temperature &&
  a.weightDecay === b.weightDecay &&
  a.time === b.time &&
  a.delta === b.delta &&
  a.seed === b.seed &&
  a.step === b.step;

/** c of a posterior, f = φᵀv/(√N c): γ√N in §2 (f = (1/(γN)) Σ vφ), 1 in §4. */
const scaleOf = (theory: string): Sampling['scale'] =>
  theory === 'proportional' || theory === 'lazy' ? () => 1 : ({ gamma }, width) => gamma * Math.sqrt(width);

/** Of a source a tenth of the samples is taken: its last weights are what the target needs. */
const sourceShare = 0.1;

const samplingOf = ({ theory, burnIn, samples, thinning }: Family, share = 1): Sampling => ({
  scale: scaleOf(theory),
  burnIn,
  samples: Math.ceil(share * samples),
  thinning,
});

/** The first stage; the sources of `readout` are made by the method that follows their theory. */
export const sourceStage = (backend: Backend, family: Family): TrainingStage => {
  const { architecture, method, theory, generations } = family;
  const { members } = generations[0]!;
  return trainedBy(method, theory) === 'gradient'
    ? GradientStage.source(backend, architecture, members)
    : new LangevinStage(backend, { order: 0, name: 'source' }, architecture, members, samplingOf(family, sourceShare));
};

/** The method by which what comes before the target is trained. */
const trainedBy = (method: NetworkMethod, theory: string): NetworkMethod => (method === 'readout' ? methodOf(theory) : method);

/** The stage of task `order`, 1 or more, after that of the task before. */
export const laterStage = (backend: Backend, family: Family, order: number, before: TrainingStage): TrainingStage => {
  const { architecture, theory, generations } = family;
  const { members, of, readout } = generations[order]!;
  const last = order === generations.length - 1;
  const place: Place = { order, name: last ? 'target' : 'between' };
  const method = last ? family.method : trainedBy(family.method, theory);
  if (method === 'gradient') return GradientStage.target(backend, place, architecture, members, before.weights, of, readout);
  if (method === 'readout') return new ReadoutStage(backend, place, architecture, members, before.weights, of);
  return LangevinStage.target(backend, place, architecture, members, samplingOf(family, last ? 1 : sourceShare), before.weights, of);
};
