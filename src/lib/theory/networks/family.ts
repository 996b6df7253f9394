import { Problem } from '$lib/base/problem';
import type { Backend } from '$lib/backend/backend';
import { GradientStage } from '$lib/theory/networks/gradient';
import type { Architecture, Member, Stage } from '$lib/theory/networks/member';
import type { NetworkMethod, NetworkPoint, NetworkStage } from '$lib/theory/networks/networks';
import { seedOf } from '$lib/theory/networks/stack';

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

const kinship = (point: NetworkPoint): string => {
  const { theory, method, activation, depth, width, readout, source, target, burnIn, samples, thinning } = point;
  const shapes = [source, target].map(({ task }) => `${task.dimension} ${task.trainLabels.length} ${task.testLabels.length}`);
  const sampling = method === 'gradient' ? [] : [theory, burnIn, samples, thinning];
  return [method, activation, depth, width, readout, ...shapes, ...sampling].join(' ');
};

/**
 * Points sorted into families; those that are problems are left out. Widths are not mixed in a family: a batch padded to its largest
 * width would do the arithmetic of that width for every network (sixteen times too much for 32 beside 512), and families follow each
 * other in the same submissions anyway. Targets of the same source share it: a sweep over δ trains its sources once.
 */
export const familiesOf = (points: readonly (NetworkPoint | Problem)[]): readonly Family[] => {
  const families = new Map<string, Family & { sources: Member[]; targets: Member[]; of: number[]; places: Place[] }>();
  points.forEach((point, index) => {
    if (point instanceof Problem) return;
    const key = kinship(point);
    const { activation, depth, width, method, theory, readout } = point;
    const family = families.get(key) ?? {
      architecture: { activation, depth, width },
      method,
      theory,
      readout,
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

export const sourceStage = (backend: Backend, { architecture, method, sources }: Family): Stage => {
  if (method !== 'gradient') throw new Problem(`method: ${method} is not available`, { path: ['method'] });
  return GradientStage.source(backend, architecture, sources);
};

export const targetStage = (backend: Backend, { architecture, targets, of, readout }: Family, source: Stage): Stage =>
  GradientStage.target(backend, architecture, targets, source.weights, of, readout);
