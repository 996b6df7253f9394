import { Problem } from '$lib/base/problem';
import type { ComputeContext } from '$lib/graph/kind';
import { canonical, hashText } from '$lib/graph/hash';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import type { NetworkExport, NetworkPoint, NetworkRecord, NetworkResult } from '$lib/theory/networks/networks';
import type { Task } from '$lib/theory/theory';
import type { Services } from './cell-kind';
import type { Session } from './ensembles';

/** How networks of one point came about: enough to look at them, and to have them again. */
export interface Training {
  /** All points of their batch, and which of them this is. */
  readonly points: readonly NetworkPoint[];
  readonly index: number;
  /** How many times their first length was added to it. */
  readonly extensions: number;
  readonly records: readonly NetworkRecord[];
}

/** What can be seen of networks while they are trained. */
export interface Trained {
  readonly points: readonly NetworkPoint[];
  /** Of each point. */
  readonly records: readonly (readonly NetworkRecord[])[];
  readonly extensions: number;
  /** They have been trained for as long as the sheet says. */
  readonly done: boolean;
}

/** Milliseconds from one look at the curves to the next. */
const look = 200;

const hashes = new WeakMap<Task, string>();

/** Tasks of equal numbers have equal hashes. */
const hashOfTask = (task: Task): string => {
  const known = hashes.get(task);
  if (known !== undefined) return known;
  const { dimension, trainInputs, trainLabels, testInputs, testLabels } = task;
  const made = hashText(canonical([dimension, trainInputs, trainLabels, testInputs, testLabels]));
  hashes.set(task, made);
  return made;
};

/** Equal for networks that differ in nothing but how many extensions they are trained. */
const keyOf = (points: readonly NetworkPoint[]): string =>
  hashText(
    canonical(
      points.map(({ source, between = [], target, ...rest }) => [
        rest,
        [source, ...between, target].map(({ task, ...stage }) => ({ ...stage, task: hashOfTask(task) })),
      ]),
    ),
  );

const recordsOf = ({ ensemble }: Session): (readonly NetworkRecord[])[] => ensemble.points.map((_, index) => ensemble.history(index));

/** Source, target and each extension count alike. */
const progressOf = ({ ensemble, extensions }: Session, all: number): number => {
  const { progress } = ensemble;
  const done = progress < 0.5 ? 2 * progress : 1 + (2 * progress - 1) * (1 + extensions);
  return Math.min(1, done / (2 + all));
};

/** Trains to the end: first as long as planned, then one extension at a time, so that a run that was stopped gives the same numbers as one that was not. */
const train = async (session: Session, extensions: number, context: Omit<ComputeContext, 'quality'>): Promise<void> => {
  const { ensemble } = session;
  const { signal, progress, show } = { ...context, progress: context.progress.bind(context), show: context.show.bind(context) };
  const run = { signal, quality: 'fine', progress: () => undefined } as const;
  progress(progressOf(session, extensions));
  for (;;) {
    await ensemble.advance(run, look);
    signal.throwIfAborted();
    progress(progressOf(session, extensions));
    show({ points: ensemble.points, records: recordsOf(session), extensions, done: false } satisfies Trained);
    if (!ensemble.finished) continue;
    if (session.extensions >= extensions) return;
    ensemble.extend(1 / (1 + session.extensions));
    session.extensions += 1;
  }
};

const withSession = async <T>(
  points: readonly NetworkPoint[],
  extensions: number,
  context: Omit<ComputeContext, 'quality'>,
  { backend, ready, ensembles }: Services,
  work: (session: Session) => Promise<T>,
): Promise<T> => {
  await ready;
  return await ensembles.use(
    keyOf(points),
    extensions,
    context.signal,
    () => openEnsemble(backend, points),
    async (session) => {
      await train(session, extensions, context);
      return await work(session);
    },
  );
};

/** Networks of every point, trained together, `extensions` times longer than they say. */
export const trainedNetworks = async (
  points: readonly NetworkPoint[],
  extensions: number,
  context: ComputeContext,
  services: Services,
): Promise<readonly (Problem | { readonly result: NetworkResult; readonly training: Training })[]> =>
  await withSession(points, extensions, context, services, async (session) => {
    const records = recordsOf(session);
    return (await session.ensemble.results()).map((result, index) =>
      result instanceof Problem ? result : { result, training: { points, index, extensions, records: records[index] ?? [] } },
    );
  });

const silent = { signal: new AbortController().signal, progress: () => undefined, show: () => undefined };

/** Network `seed`, 0-based, as it was at the end of its training; trained again when it was not kept or has gone on since. */
export const networkOf = async ({ points, index, extensions }: Training, seed: number, services: Services): Promise<NetworkExport> =>
  await withSession(points, extensions, silent, services, (session) => session.ensemble.network(index, seed));
