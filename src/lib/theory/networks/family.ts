import { Problem } from '$lib/base/problem';
import type { Backend } from '$lib/backend/backend';
import { GradientStage } from '$lib/theory/networks/gradient';
import type { Architecture, Member, Stage } from '$lib/theory/networks/member';
import { LangevinStage, type Sampling } from '$lib/theory/networks/langevin';
import { methodOf, type NetworkMethod, type NetworkPoint, type NetworkStage } from '$lib/theory/networks/networks';
import { ReadoutStage } from '$lib/theory/networks/readout';
import { seedOf } from '$lib/theory/networks/seed';

/** One target network: which point it is of, and which of that point's seeds. */
export interface Place {
  readonly point: number;
  readonly seed: number;
}

/** Networks that can move as one batch: equal in architecture, method and the shapes of their tasks. */
export interface Family {
  readonly architecture: Architecture;
  readonly method: NetworkMethod;
  readonly theory: string;
  readonly readout: 'fresh' | 'kept';
  readonly burnIn: number;
  readonly samples: number;
  readonly thinning: number;
  readonly sources: readonly Member[];
  readonly targets: readonly Member[];
  /** The source network of each target. */
  readonly of: readonly number[];
  readonly places: readonly Place[];
}

const memberOf = (stage: NetworkStage, point: NetworkPoint, delta: number, seed: number): Member => ({
  ...stage,
  delta,
  seed,
  ...(point.step !== undefined && { step: point.step }),
});

const batchKey = (point: NetworkPoint): string => {
  const { theory, method, activation, depth, width, readout, source, target, burnIn, samples, thinning } = point;
  const shapes = [source, target].map(({ task }) => `${task.dimension} ${task.trainLabels.length} ${task.testLabels.length}`);
  const sampling = method === 'gradient' ? [] : [theory, burnIn, samples, thinning];
  return [method, activation, depth, width, readout, ...shapes, ...sampling].join(' ');
};

/**
 * Points sorted into families; those that are problems are left out. Widths are not mixed in a family: a batch padded to its largest
 * width would do the arithmetic of that width for every network (sixteen times too much for 32 beside 512); families take turns, a slice
 * of each at a time. Targets of the same source share it: a sweep over δ trains its sources once.
 */
export const familiesOf = (points: readonly (NetworkPoint | Problem)[]): readonly Family[] => {
  const families = new Map<string, Family & { sources: Member[]; targets: Member[]; of: number[]; places: Place[] }>();
  points.forEach((point, index) => {
    if (point instanceof Problem) return;
    const key = batchKey(point);
    const { activation, depth, width, method, theory, readout, burnIn, samples, thinning } = point;
    const family = families.get(key) ?? {
      architecture: { activation, depth, width },
      method,
      theory,
      readout,
      burnIn,
      samples,
      thinning,
      sources: [],
      targets: [],
      of: [],
      places: [],
    };
    families.set(key, family);
    for (let seed = 0; seed < point.seeds; seed++) {
      const source = memberOf(point.source, point, 0, seedOf(point.seed, seed));
      const known = family.sources.findIndex((other) => sameMember(other, source));
      family.of.push(known >= 0 ? known : family.sources.push(source) - 1);
      family.targets.push(memberOf(point.target, point, point.delta, source.seed));
      family.places.push({ point: index, seed });
    }
  });
  return [...families.values()];
};

const sameMember = (a: Member, b: Member): boolean =>
  a.task === b.task &&
  a.gamma === b.gamma &&
  a.temperature === b.temperature &&
  a.weightDecay === b.weightDecay &&
  a.time === b.time &&
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
export const sourceStage = (backend: Backend, family: Family): Stage => {
  const { architecture, method, theory, sources } = family;
  return (method === 'readout' ? methodOf(theory) : method) === 'gradient'
    ? GradientStage.source(backend, architecture, sources)
    : new LangevinStage(backend, { order: 0, name: 'source' }, architecture, sources, samplingOf(family, sourceShare));
};

export const targetStage = (backend: Backend, family: Family, source: Stage): Stage => {
  const { architecture, method, targets, of, readout } = family;
  if (method === 'gradient') return GradientStage.target(backend, architecture, targets, source.weights, of, readout);
  if (method === 'readout') return new ReadoutStage(backend, architecture, targets, source.weights, of);
  return LangevinStage.target(backend, { order: 1, name: 'target' }, architecture, targets, samplingOf(family), source.weights, of);
};
