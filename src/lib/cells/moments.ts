import * as v from 'valibot';
import { interpolate } from '$lib/base/interpolate';
import { Problem } from '$lib/base/problem';
import type { Parameter } from './parameter';

/** Moments of a training that a sheet asks for. */
export const moments: Parameter<readonly number[]> = {
  schema: v.pipe(
    v.array(v.pipe(v.number(), v.finite(), v.minValue(0))),
    v.minLength(1),
    v.check((list) => list.every((time, k) => k === 0 || time > list[k - 1]!)),
  ),
  expected: 'a list of times ≥ 0 in ascending order',
  meaning: 'the times to report, interpolated from the recorded ones, so that two histories can be compared',
};

type Recorded = Readonly<Record<'time', number>>;

/**
 * Records at other moments than their own, each number of them, alone or in a list (one a network), along its own curve over time. Records
 * stand at moments of their maker's choice, which differ between theories and networks.
 *
 * @throws Problem for moments after the last record.
 */
export const recordsAt = <T extends Recorded>(records: readonly T[], at: readonly number[]): readonly T[] => {
  const [first, last] = [records[0], records.at(-1)];
  if (!first || !last) return [];
  const beyond = at.find((time) => time > last.time);
  if (beyond !== undefined)
    throw new Problem(`at: must be times from 0 to ${last.time}, when the training ended, got ${beyond}`, { path: ['at'] });
  const times = records.map(({ time }) => time);
  const along = (values: readonly unknown[], time: number): unknown => {
    const [one] = values;
    if (typeof one === 'number') return interpolate(times, values as readonly number[], time);
    if (!Array.isArray(one)) return one;
    return one.map((_, item) =>
      along(
        values.map((list) => (list as readonly unknown[])[item]),
        time,
      ),
    );
  };
  const names = Object.keys(first).filter((name): name is keyof T & string => name !== 'time');
  return at.map((time) => {
    const rest = names.map(
      (name) =>
        [
          name,
          along(
            records.map((record) => record[name]),
            time,
          ),
        ] as const,
    );
    return { ...Object.fromEntries(rest), time } as T;
  });
};
