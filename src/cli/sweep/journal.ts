import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { Problem } from '$lib/base/problem';
import { hashText } from '$lib/graph/hash';
import type { EngineReport, PointRecord } from '$lib/worker/protocol';
import { reason } from '../sheet-source';
import { writeWhole } from '../whole-file';

/** By what the points of a file were computed; points of another engine or version are not mixed with them. */
export interface Origin {
  readonly program: string;
  readonly backend: EngineReport['backend'];
  readonly adapter: string;
}

/** Where points come from. How many threads the engine has changes nothing of its results. */
export const originOf = (program: string, { backend, adapter }: Pick<EngineReport, 'backend' | 'adapter'>): Origin => ({
  program,
  backend,
  adapter: adapter.replace(/, \d+ threads?$/, ''),
});

const FORMAT = 'kernelsheet points 1';

/** A line with its checksum: one that a kill has cut short is seen to be. */
const lineOf = (json: string): string => `${hashText(json).slice(0, 8)} ${json}\n`;

const readLine = (line: string): unknown => {
  const json = line.slice(9);
  if (line.slice(0, 8) !== hashText(json).slice(0, 8)) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

interface Content {
  readonly origin: Origin;
  readonly records: readonly PointRecord[];
  /** Lines that could not be read: a kill leaves one at the end. */
  readonly damaged: number;
}

/** What a file of points holds; undefined when there is none. */
const read = (file: string): Content | undefined => {
  let text: string;
  try {
    // A device may have no end.
    if (!statSync(file).isFile()) throw new Problem(`${file}: is not an ordinary file; give one to keep points in`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Problem) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Problem(`${file}: cannot be read, ${reason(error)}`);
  }
  if (text === '') return undefined;
  const [first = '', ...rest] = text.split('\n');
  const head = readLine(first) as ({ format?: unknown } & Origin) | undefined;
  if (head?.format !== FORMAT) throw new Problem(`${file}: is not a file of kept points and will not be overwritten; name another file`);
  const lines = rest.filter((line) => line !== '').map(readLine);
  const records = lines.filter((line) => line !== undefined) as PointRecord[];
  const { program, backend, adapter } = head;
  return { origin: { program, backend, adapter }, records, damaged: lines.length - records.length };
};

const same = (a: Origin, b: Origin): boolean => a.program === b.program && a.backend === b.backend && a.adapter === b.adapter;

const name = ({ program, backend, adapter }: Origin): string => `kernelsheet ${program} on ${backend} (${adapter})`;

/** A file to which points are added as they are computed, so that a kill loses nothing that was finished. */
export class Journal {
  readonly #descriptor: number;

  private constructor(
    readonly file: string,
    /** What it held before. */
    readonly records: readonly PointRecord[],
    readonly damaged: number,
    descriptor: number,
  ) {
    this.#descriptor = descriptor;
  }

  /**
   * Opens a file of points, or makes one.
   *
   * @throws Problem when it is something else, holds points of another engine or version, or cannot be written.
   */
  static async open(file: string, origin: Origin): Promise<Journal> {
    const before = read(file);
    if (before && !same(before.origin, origin))
      throw new Problem(`${file}: holds points computed by ${name(before.origin)}, this is ${name(origin)}; name another file`);
    // Written anew as a whole: a line that was cut short would spoil the one after it.
    if (!before || before.damaged > 0)
      await writeWhole(
        file,
        [{ format: FORMAT, ...origin }, ...(before?.records ?? [])].map((line) => lineOf(JSON.stringify(line))).join(''),
      );
    try {
      return new Journal(file, before?.records ?? [], before?.damaged ?? 0, openSync(file, 'a'));
    } catch (error) {
      throw new Problem(`${file}: cannot be written, ${reason(error)}`);
    }
  }

  /** @throws Problem when it cannot be written. */
  add(record: PointRecord): void {
    try {
      const bytes = Buffer.from(lineOf(JSON.stringify(record)));
      for (let done = 0; done < bytes.length;) done += writeSync(this.#descriptor, bytes, done);
    } catch (error) {
      throw new Problem(`${this.file}: cannot be written, ${reason(error)}`);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
