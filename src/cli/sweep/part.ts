import { readFile, rm } from 'node:fs/promises';
import { Problem } from '$lib/base/problem';
import type { Block } from '$lib/cells/records';
import { wholeArray } from '$lib/data/formats/array-file';
import { openNpz } from '$lib/data/formats/npz-file';
import { bytesSlices } from '$lib/data/formats/slices';
import { hashText } from '$lib/graph/hash';
import { hashContent } from '$lib/sweep/manifest';
import type { EngineReport, PointRecord } from '$lib/worker/protocol';
import { reason } from '../sheet-source';
import { writeWhole } from '../whole-file';
import { matrixArray, npzBytes } from './npz';

/** A point, or all of a cell, that has no value. */
export interface Failure {
  readonly cell: string;
  readonly message: string;
}

/** What a task computed. */
export interface Part {
  readonly program: string;
  /** Of the chunk: of the sheet, its files, the program and the values. */
  readonly chunk: string;
  readonly task: number;
  readonly engine: EngineReport;
  readonly machine: string;
  readonly ended: string;
  readonly seconds: number;
  readonly failures: readonly Failure[];
  readonly records: readonly PointRecord[];
}

interface Body extends Part {
  /** Hash of the `.npz` beside it. */
  readonly npz: string;
  /** Keys of the blocks in it. */
  readonly blocks: readonly string[];
}

const blockName = (key: string): string => `block.${key}`;

/** The file of a part without its ending. */
export const partFile = (folder: string, chunk: string): string => `${folder}/parts/${chunk}`;

/**
 * Writes a part: first its arrays, then, as a whole, the file that says it is there.
 *
 * @param file without its ending
 * @param arrays of the cells, by name
 * @throws Problem when it cannot be written.
 */
export const writePart = async (file: string, part: Part, arrays: ReadonlyMap<string, Uint8Array>): Promise<void> => {
  const blocks = part.records.filter((record): record is PointRecord & { block: Block } => record.block !== undefined);
  const all = new Map([
    ...arrays,
    ...blocks.map(({ key, block: { rows, columns, data } }) => [blockName(key), matrixArray(rows, columns, data)] as const),
  ]);
  const npz = npzBytes(all);
  const records = part.records.filter(({ block }) => block === undefined);
  const body: Body = { ...part, records, npz: hashContent(npz), blocks: blocks.map(({ key }) => key) };
  const text = JSON.stringify(body);
  await writeWhole(`${file}.npz`, npz);
  await writeWhole(`${file}.json`, `{"version":1,"sum":"${hashText(text)}","body":\n${text}\n}\n`);
};

/** A part that is there but cannot be used. */
export class Damaged extends Problem {}

const readText = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Damaged(`${file}: cannot be read, ${reason(error)}`);
  }
};

/**
 * Reads a part.
 *
 * @param file without its ending
 * @param chunk which it must be
 * @returns undefined when there is none
 * @throws Damaged when it is of something else, or is not as it was written.
 */
export const readPart = async (file: string, chunk: string): Promise<Part | undefined> => {
  const json = `${file}.json`;
  const text = await readText(json);
  if (text === undefined) return undefined;
  const damaged = (what: string): Damaged => new Damaged(`${json}: ${what}; remove it and run its task again`);
  const [head = '', line = ''] = text.split('\n');
  const sum = /^\{"version":1,"sum":"([0-9a-f]{32})","body":$/.exec(head)?.[1];
  if (sum === undefined || hashText(line) !== sum) throw damaged('is damaged');
  const { npz: hash, blocks, ...part } = JSON.parse(line) as Body;
  if (part.chunk !== chunk) throw damaged('is the part of another sheet, or of another version of it');
  const bytes = await readFile(`${file}.npz`).catch(() => undefined);
  if (!bytes) throw damaged(`has lost its arrays, ${file}.npz`);
  if (hashContent(bytes) !== hash) throw damaged(`its arrays, ${file}.npz, are damaged`);
  const never = new AbortController().signal;
  const arrays = blocks.length > 0 ? await openNpz(bytesSlices(Uint8Array.from(bytes), `${file}.npz`), never) : undefined;
  const read = await Promise.all(
    blocks.map(async (key): Promise<PointRecord> => {
      const array = arrays && (await wholeArray(await arrays.open(blockName(key)), never));
      const [rows = 0, columns = 0] = array?.shape ?? [];
      return {
        key,
        node: '',
        kind: '',
        block: { rows, columns, data: Array.from({ length: rows * columns }, (_, place) => array?.at(place) ?? NaN) },
      };
    }),
  );
  return { ...part, records: [...part.records, ...read] };
};

/** Removes a part, so that it is computed anew. */
export const removePart = async (file: string): Promise<void> => {
  await rm(`${file}.json`, { force: true });
  await rm(`${file}.npz`, { force: true });
};
