import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import type { Backend } from '$lib/backend/backend';
import { ancestorOf, familiesOf, laterStage, sourceStage, stagesOf, type Family } from '$lib/theory/networks/family';
import { guard } from '$lib/theory/networks/guard';
import type { TrainingStage } from '$lib/theory/networks/member';
import { mixingWarnings, splitRhat } from '$lib/theory/networks/mixing';
import {
  methodOf,
  type NetworkEnsemble,
  type NetworkExport,
  type NetworkHealth,
  type NetworkPoint,
  type NetworkRecord,
  type NetworkResult,
} from '$lib/theory/networks/networks';
import { errorsOverSeeds, overSeeds } from '$lib/theory/networks/statistics';

/** Milliseconds of a slice: stopped well within 250. */
const slice = 80;

interface Past {
  readonly records: readonly NetworkRecord[];
  readonly diverged: readonly number[];
  readonly health: readonly ReturnType<TrainingStage['health']>[];
}

/** Where a family stands. */
interface Standing {
  readonly family: Family;
  /** What is being trained, and which task of the chain that is. */
  stage: TrainingStage | undefined;
  order: number;
  /** Steps a millisecond, as last measured in the stage. */
  speed: number | undefined;
  /** Of each task before: records of its stage, which of its networks were lost and how they did, kept when the stage itself is given back. */
  readonly past: Past[];
}

/** Networks for every point, `theory.md` §6; what is wrong with a point is its result. Nothing is trained before `advance`. */
export const openEnsemble = (backend: Backend, given: readonly NetworkPoint[]): NetworkEnsemble => new TrainedEnsemble(backend, given);

class TrainedEnsemble implements NetworkEnsemble {
  readonly points: readonly NetworkPoint[];
  readonly networks: number;
  readonly #backend: Backend;
  readonly #problems: readonly (Problem | undefined)[];
  readonly #standings: readonly Standing[];
  #busy = false;
  #closed = false;

  constructor(backend: Backend, points: readonly NetworkPoint[]) {
    this.#backend = backend;
    this.points = points;
    this.#problems = points.map(guard);
    const families = familiesOf(points.map((point, index) => this.#problems[index] ?? point));
    this.#standings = families.map((family) => ({
      family,
      stage: undefined,
      order: 0,
      speed: undefined,
      past: [],
    }));
    this.networks = families.reduce((sum, { places }) => sum + places.length, 0);
  }

  get finished(): boolean {
    return this.#standings.every(isFinished);
  }

  get progress(): number {
    if (this.networks === 0) return 1;
    const parts = this.#standings.map((standing) => progressOf(standing) * standing.family.places.length);
    return parts.reduce((sum, part) => sum + part, 0) / this.networks;
  }

  async advance(run: Run, milliseconds = Infinity): Promise<void> {
    if (this.#closed) throw new Error('networks that were given back were to be trained');
    if (this.#busy) throw new Error('networks are being trained already');
    this.#busy = true;
    const until = performance.now() + milliseconds;
    try {
      while (!this.finished && !run.signal.aborted && performance.now() < until) {
        // The one that is furthest behind, so that all widths are seen to grow together.
        const next = this.#standings.filter((standing) => !isFinished(standing)).reduce((a, b) => (progressOf(b) < progressOf(a) ? b : a));
        await this.#move(next, run.signal);
        run.progress(this.progress);
      }
    } finally {
      this.#busy = false;
    }
  }

  extend(share: number): void {
    for (const standing of this.#standings) if (atTarget(standing)) standing.stage?.extend(share);
  }

  history(index: number): readonly NetworkRecord[] {
    const found = this.#standings.find(({ family }) => family.places.some(({ point }) => point === index));
    if (!found) return [];
    const point = this.points[index]!;
    const mine = membersOf(found.family, index);
    const records: NetworkRecord[] = [];
    const all = [...found.past.map((past) => past.records), ...(found.stage ? [found.stage.records] : [])];
    const picked = all.flatMap((some, order) => {
      const members = mine.map((b) => ancestorOf(found.family, b, order));
      return some.map((record) => pick(record, members, timeScale(point, order)));
    });
    for (const record of picked) {
      if (!record.train.every((value) => Number.isFinite(value))) break;
      records.push(record);
    }
    return records;
  }

  async results(): Promise<readonly (NetworkResult | Problem)[]> {
    const results: (NetworkResult | Problem)[] = this.points.map(
      (_, index) => this.#problems[index] ?? new Problem('there is nothing of these networks yet'),
    );
    for (const { family, stage, order, past } of this.#standings) {
      // A posterior has nothing to say before its first sample.
      if (!stage || stage.records.length === 0) continue;
      const [predictions, norms] = [await stage.predictions(), await stage.readoutNorms()];
      for (const index of new Set(family.places.map(({ point }) => point))) {
        const places = membersOf(family, index);
        const mine = places.map((b) => ancestorOf(family, b, order));
        // What was lost on a task is so on those after it, from their first step: said is when it happened.
        const lost = [...past, stage].flatMap(({ diverged }, task) => {
          const seed = places.findIndex((b) => diverged[ancestorOf(family, b, task)]! >= 0);
          return seed < 0 ? [] : [divergence(family, seed, diverged[ancestorOf(family, places[seed]!, task)]!, task)];
        })[0];
        if (lost) {
          results[index] = lost;
          continue;
        }
        const { trainLabels, testLabels } = stage.members[mine[0]!]!.task;
        const health = { networks: mine.length, ...healthOf(stage, mine) };
        results[index] = {
          errors: errorsOverSeeds(
            mine.map((b) => predictions[b]!),
            { train: trainLabels, test: testLabels },
          ),
          readoutNorm: overSeeds(mine.map((b) => norms[b]!)),
          health,
          warnings: [...pastWarnings(family, places, past), ...mixingWarnings(health)],
        };
      }
    }
    return results;
  }

  async network(index: number, seed: number): Promise<NetworkExport> {
    for (const { family, stage, order } of this.#standings) {
      const at = family.places.findIndex((place) => place.point === index && place.seed === seed);
      if (at < 0 || !stage) continue;
      const b = ancestorOf(family, at, order);
      const read = async (matrix: TrainingStage['weights']['readout']) => {
        using one = this.#backend.slice(matrix, b);
        return await this.#backend.read(one);
      };
      const weights = [];
      for (const matrix of stage.weights.hidden) weights.push({ rows: matrix.rows, columns: matrix.columns, values: await read(matrix) });
      const { train, test } = (await stage.predictions())[b]!;
      return {
        weights,
        readout: await read(stage.weights.readout),
        trainFeatures: await stage.features(b, 'train'),
        testFeatures: await stage.features(b, 'test'),
        trainOutputs: train.mean,
        testOutputs: test.mean,
      };
    }
    throw new Problem(`there is no network ${seed} of point ${index} yet`);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const { stage } of this.#standings) stage?.[Symbol.dispose]();
  }

  /** One slice of work for one family. */
  async #move(standing: Standing, signal: AbortSignal): Promise<void> {
    const { family } = standing;
    const stage = (standing.stage ??= sourceStage(this.#backend, family));
    if (stage.finished && !atTarget(standing)) {
      standing.stage = laterStage(this.#backend, family, standing.order + 1, stage);
      standing.order++;
      standing.past.push({ records: stage.records, diverged: stage.diverged, health: stage.members.map((_, b) => stage.health(b)) });
      stage[Symbol.dispose]();
      standing.speed = undefined;
      return;
    }
    const start = performance.now();
    const most = standing.speed === undefined ? 1 : Math.max(1, Math.round(standing.speed * slice));
    const made = await stage.advance(most, signal);
    const elapsed = Math.max(performance.now() - start, 0.05);
    // At most four times as many as last time: one lucky measurement must not make a slice of seconds. A stop does not wait for the work.
    if (made > 0 && !signal.aborted) standing.speed = Math.min(made / elapsed, (4 * most) / slice);
  }
}

const atTarget = ({ family, order }: Standing): boolean => order === family.generations.length - 1;

const isFinished = (standing: Standing): boolean => atTarget(standing) && standing.stage?.finished === true;

/** The target counts as half, what comes before it as the other. */
const progressOf = (standing: Standing): number => {
  const { stage, order, family } = standing;
  const own = stage?.progress ?? 0;
  return atTarget(standing) ? 0.5 + 0.5 * own : (0.5 * (order + own)) / (family.generations.length - 1);
};

const membersOf = (family: Family, index: number): number[] => family.places.flatMap(({ point }, b) => (point === index ? [b] : []));

/** What a record's time is multiplied with: a gradient stage counts in shares of its time. */
const timeScale = (point: NetworkPoint, order: number): number => {
  const stages = stagesOf(point);
  const { method, theory } = point;
  const gradient = method === 'gradient' || (order < stages.length - 1 && method === 'readout' && methodOf(theory) === 'gradient');
  return gradient ? stages[order]!.time : 1;
};

const pick = (record: NetworkRecord, members: readonly number[], time: number): NetworkRecord => ({
  stage: record.stage,
  task: record.task,
  time: record.time * time,
  steps: members.map((b) => record.steps[b]!),
  train: members.map((b) => record.train[b]!),
  test: members.map((b) => record.test[b]!),
  alignment: members.map((b) => record.alignment[b]!),
});

const divergence = ({ architecture, generations }: Family, seed: number, step: number, task: number): Problem => {
  const name = task === 0 ? 'source' : task === generations.length - 1 ? 'target' : (ordinals[task] ?? `${task + 1}th`);
  return new Problem(
    `network ${seed + 1} of width ${architecture.width} diverged by step ${step} of its ${name} task; give a shorter step or a smaller gamma`,
    { path: ['step'] },
  );
};

const ordinals = ['first', 'second', 'third'];

/** Warnings of the tasks before: chains that did not move there hold the later ones to weights that are no samples. */
const pastWarnings = (family: Family, places: readonly number[], past: readonly Past[]): string[] =>
  past.flatMap(({ health }, order) => {
    const accepted = places.flatMap((b) => health[ancestorOf(family, b, order)]!.acceptance ?? []);
    const name = order === 0 ? 'source' : (ordinals[order] ?? `${order + 1}th task`);
    return accepted.length === 0 ? [] : mixingWarnings({ acceptance: Math.min(...accepted) }).map((text) => `${name}: ${text}`);
  });

/** The worst of a point's networks. */
const healthOf = (stage: TrainingStage, members: readonly number[]): Omit<NetworkHealth, 'networks'> => {
  const each = members.map((b) => stage.health(b));
  const of = (key: 'step' | 'curvature' | 'acceptance' | 'effectiveSamples', worst: (...values: number[]) => number) => {
    const values = each.map((health) => health[key]).filter((value) => value !== undefined);
    return values.length > 0 ? { [key]: worst(...values) } : {};
  };
  // Of chains only: gradient descent converges, it does not mix.
  const sampled = each.some(({ acceptance }) => acceptance !== undefined);
  const rhat = sampled ? splitRhat(members.map((b) => stage.records.map(({ test }) => test[b]!))) : undefined;
  return {
    steps: Math.max(...each.map(({ steps }) => steps)),
    ...of('step', Math.min),
    ...of('curvature', Math.max),
    ...of('acceptance', Math.min),
    ...of('effectiveSamples', Math.min),
    ...(rhat !== undefined && { rhat }),
  };
};
