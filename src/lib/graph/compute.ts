import { Pending } from '$lib/base/pending';
import { Problem } from '$lib/base/problem';
import { describePoint } from './axes';
import { brokenPromise, hashOfValue, isBare } from './evaluated';
import type { Gathered } from './gather';
import type { ComputeContext, Kind } from './kind';
import type { Entry, Hold } from './memory';

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

/**
 * Computes the `missing` points (key → point) in one call of the kind and remembers every value that comes back, also when nobody waits
 * for it any more: it is right under its key. The values are pinned by `hold`. Never rejects.
 */
export async function compute(
  kind: Kind,
  gathered: Gathered,
  missing: ReadonlyMap<string, number>,
  context: ComputeContext,
  hold: Hold,
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
      entries.set(key, hold.put(key, { ...remembered, keeps, ...(dispose && { dispose }), ...(kind.needs && { limited: true }) }));
    }
    if (wrongLength !== undefined) thrown = internal(kind, wrongLength);
  } catch (error) {
    if (error instanceof Pending) pending = error;
    else thrown = error instanceof Problem ? error : internal(kind, error);
  } finally {
    account?.close();
  }
  return { entries, problems, thrown, pending };
}
