import { Pending } from '$lib/base/pending';
import { Problem } from '$lib/base/problem';
import type { Archive } from './archive';
import { describePoint } from './axes';
import { brokenPromise, hashOfValue, isBare } from './evaluated';
import type { Gathered } from './gather';
import type { ComputeContext, Kind } from './kind';
import type { Entry, Pins } from './memory';

/** What came of computing some points, by their keys: values, which are remembered, and problems of single points. */
export interface Outcome {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly problems: ReadonlyMap<string, Problem>;
  /** Stands for all points: nothing came of the call. */
  readonly thrown: Problem | undefined;
  /** It waits for something outside, and is to be tried again after that. */
  readonly pending: Pending | undefined;
}

/** A fault of the program, met while a node of a kind was visited. */
export const internal = (kind: Kind, error: unknown): Problem =>
  new Problem(`internal error in ${kind.name}: ${error instanceof Error ? error.message : String(error)}`);

/** A problem of one point says which, where there are several. */
export const located = (problem: Problem, { axes, size }: Pick<Gathered, 'axes' | 'size'>, point: number): Problem =>
  size === 1 ? problem : problem.saying(`at ${describePoint(axes, point)}: ${problem.message}`);

/** What a computation is for, and where it is kept. */
export interface Purpose {
  readonly node: string;
  readonly pins: Pins;
  readonly archive: Archive | undefined;
}

/** Computes some points in one call of the kind. */
async function computeTogether(
  kind: Kind,
  gathered: Gathered,
  missing: ReadonlyMap<string, number>,
  context: ComputeContext,
  { node, pins, archive }: Purpose,
): Promise<Outcome> {
  const entries = new Map<string, Entry>();
  const problems = new Map<string, Problem>();
  let thrown: Problem | undefined;
  let pending: Pending | undefined;
  const account = kind.account?.();
  const began = performance.now();
  try {
    const values = await kind.compute(
      Array.from(missing.values(), (point) => gathered.inputs(point)),
      context,
    );
    const milliseconds = (performance.now() - began) / missing.size;
    const dispose = kind.dispose?.bind(kind);
    const wrongLength = values.length === missing.size ? undefined : `${values.length} results for ${missing.size} points`;
    const points = [...missing];
    for (const [i, value] of values.entries()) {
      const [key, point] = points[i] ?? ['', 0];
      if (value instanceof Problem) {
        problems.set(key, value);
        // A person is asked before anything is shown without this point.
        if (value.host !== undefined) thrown ??= value;
        continue;
      }
      const broken = wrongLength ?? brokenPromise(kind, value);
      if (broken !== undefined) {
        if (wrongLength !== undefined) dispose?.(value);
        problems.set(key, internal(kind, broken));
        continue;
      }
      const remembered = { value, hash: hashOfValue(kind, key, value), bytes: kind.bytes?.(value) ?? 0, milliseconds, account };
      const keeps = isBare(value) ? [] : gathered.keeps(point);
      entries.set(key, pins.put(key, { ...remembered, keeps, ...(dispose && { dispose }), ...(kind.needs && { limited: true }) }));
    }
    if (wrongLength !== undefined) thrown = internal(kind, wrongLength);
  } catch (error) {
    if (error instanceof Pending) pending = error;
    else thrown = error instanceof Problem ? error : internal(kind, error);
  } finally {
    account?.close();
  }
  const outcome = { entries, problems, thrown, pending };
  // What is coarse is soon replaced, and what was cut short says nothing of its points.
  if (archive && !pending && !(kind.graded && context.quality === 'coarse') && !(thrown && context.signal.aborted))
    archiveAll(kind, node, missing.keys(), outcome, archive);
  return outcome;
}

/** Tells the archive what became of some points. */
function archiveAll(kind: Kind, node: string, keys: Iterable<string>, { entries, problems, thrown }: Outcome, archive: Archive): void {
  for (const key of keys) {
    const entry = entries.get(key);
    const problem = problems.get(key) ?? thrown;
    if (problem) archive.keep({ kind, key, node }, { problem, common: problem === thrown });
    else if (entry) archive.keep({ kind, key, node }, entry);
  }
}

/**
 * Computes the `missing` points (key → point) in one call of the kind, or in several where the archive asks for it, and remembers every
 * value that comes back, also when nobody waits for it any more: it is right under its key. The values are pinned by `pins`.
 * Never rejects.
 */
export async function compute(
  kind: Kind,
  gathered: Gathered,
  missing: ReadonlyMap<string, number>,
  context: ComputeContext,
  purpose: Purpose,
): Promise<Outcome> {
  const [first] = missing.values();
  const most = (first === undefined ? undefined : purpose.archive?.most?.(kind, gathered.inputs(first))) ?? Infinity;
  if (missing.size <= most) return computeTogether(kind, gathered, missing, context, purpose);
  const all = [...missing];
  const entries = new Map<string, Entry>();
  const problems = new Map<string, Problem>();
  for (let done = 0; done < all.length; done += most) {
    const some = new Map(all.slice(done, done + most));
    const own: ComputeContext = {
      ...context,
      progress: (fraction) => {
        context.progress((done + fraction * some.size) / all.length);
      },
    };
    const outcome = await computeTogether(kind, gathered, some, own, purpose);
    for (const [key, entry] of outcome.entries) entries.set(key, entry);
    for (const [key, problem] of outcome.problems) problems.set(key, problem);
    const { thrown, pending } = outcome;
    if (thrown || pending) return { entries, problems, thrown, pending };
  }
  return { entries, problems, thrown: undefined, pending: undefined };
}
