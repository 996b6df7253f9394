import { rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { compile } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import { parse } from '$lib/sheet/parse';
import { chunkText } from '$lib/sweep/chunk-text';
import { dependences, wholeNodes } from '$lib/sweep/dependence';
import { describeChunk, type SweepChunk } from '$lib/sweep/manifest';
import type { CellReport, PointRecord } from '$lib/worker/protocol';
import { evaluate, type Evaluator } from '../evaluator';
import type { Interruption } from '../interruption';
import { outcomeOf, type Outcome } from '../outcome';
import { Journal, originOf } from './journal';
import { Lock, Taken } from './lock';
import { log } from './log';
import { cellArrays } from './npz';
import type { OpenSweep } from './opened';
import { Damaged, partFile, readPart, removePart, writePart, type Failure, type Part } from './part';

/** With what chunks are computed, one after another. */
export interface TaskResources {
  readonly sweep: OpenSweep;
  readonly evaluator: Evaluator;
  readonly keeping: NonNullable<Evaluator['keeping']>;
  readonly interruption: Interruption;
  readonly retry: boolean;
  /** Points that every chunk needs and this process has computed, by the node and key. */
  readonly shared: Map<string, PointRecord>;
}

/** `down`: the evaluator ended on the way, and can be asked nothing more. */
export type Ending = 'done' | 'skipped' | 'failed' | 'taken' | 'stopped' | 'down';

/** The part that is there, where it need not be computed again. */
const partThere = async (file: string, { hash, task }: SweepChunk, retry: boolean): Promise<Part | undefined> => {
  try {
    const part = await readPart(file, hash);
    if (!part || !(retry && part.failures.length > 0)) return part;
    log(`task ${task}: ${part.failures.length} failed points are computed again`);
    await removePart(file);
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    log(`task ${task}: ${error.message}; it is computed anew`);
  }
  return undefined;
};

const failuresOf = (outcomes: readonly Outcome[]): Failure[] =>
  outcomes.flatMap((outcome): Failure[] => {
    if (outcome.status === 'error') return [{ cell: outcome.key, message: outcome.message }];
    if (outcome.status !== 'ok') return [];
    return (outcome.gaps ?? []).map(({ reason }) => ({ cell: outcome.key, message: reason }));
  });

/** A point is told by the cell where it failed; those that depend on it say the same again. */
const once = (failures: readonly Failure[]): Failure[] => [...new Map(failures.map((failure) => [failure.message, failure])).values()];

const nameOf = ({ key, block }: PointRecord): string => `${key}${block ? ' block' : ''}`;

/** Computes one chunk into its part, from where it was left. */
export const computeChunk = async (resources: TaskResources, chunk: SweepChunk): Promise<Ending> => {
  const { sweep, retry } = resources;
  const file = partFile(sweep.folder, chunk.hash);
  const { task } = chunk;
  if (await partThere(file, chunk, retry)) {
    log(`task ${task}: is there already`);
    return 'skipped';
  }
  let lock: Lock;
  try {
    lock = Lock.take(`${file}.lock`);
  } catch (error) {
    if (!(error instanceof Taken)) throw error;
    log(`task ${task}: ${error.message}`);
    return 'taken';
  }
  try {
    // Another process may have finished it between the look and the lock.
    if (await partThere(file, chunk, false)) return 'skipped';
    return await compute(resources, chunk, file);
  } finally {
    lock.release();
  }
};

const compute = async (resources: TaskResources, chunk: SweepChunk, file: string): Promise<Ending> => {
  const { sweep, evaluator, keeping, interruption, shared } = resources;
  const { task } = chunk;
  const engine = await evaluator.engine();
  const journal = await Journal.open(`${file}.journal`, originOf(sweep.manifest.program, engine));
  const began = Date.now();
  log(`task ${task}: begins, ${describeChunk(chunk)}${journal.records.length > 0 ? `, ${journal.records.length} records kept` : ''}`);
  const records = new Map<string, PointRecord>(journal.records.map((record) => [nameOf(record), record]));
  let broken: unknown;
  let open = true;
  try {
    const text = chunkText(sweep.text, chunk);
    const sheet = parse(text);
    const program = compile(sheet, kinds);
    const cut = new Set(chunk.axes.map(({ name }) => name));
    const found = dependences(program, cut);
    const isShared = (node: string): boolean => ![...(found.get(node)?.axes ?? [])].some((axis) => cut.has(axis));
    await keeping.recall(journal.records);
    await keeping.keep((record) => {
      records.set(nameOf(record), record);
      if (isShared(record.node)) shared.set(nameOf(record), record);
      if (!open || record.problem || broken !== undefined) return;
      try {
        journal.add(record);
      } catch (error) {
        broken = error;
        void evaluator.stop();
      }
    });
    await keeping.leaveOut(wholeNodes(program, cut));
    const reports = new Map<string, CellReport>();
    const { lost, failure } = await evaluate(evaluator, text, {
      timeout: undefined,
      interrupted: interruption.heard,
      onReports: (news) => {
        for (const report of news) reports.set(report.key, report);
      },
    });
    if (!lost) await keeping.kept();
    if (broken instanceof Error) throw broken;
    const seconds = (Date.now() - began) / 1000;
    if (failure !== undefined) {
      log(`task ${task}: was not done: ${failure}, after ${seconds.toFixed(1)} s, ${records.size} records kept`);
      return 'down';
    }
    if (interruption.signal) {
      log(`task ${task}: told to stop by ${interruption.signal} after ${seconds.toFixed(1)} s, ${records.size} records kept`);
      return 'stopped';
    }
    const outcomes = sheet.cells
      .map(({ key, line }) => outcomeOf(key, reports.get(key), line, ''))
      .filter(({ key }) => reports.get(key)?.status !== 'stopped');
    const failures = once(failuresOf(outcomes));
    const all = new Map([...shared, ...records]);
    const part: Part = {
      program: sweep.manifest.program,
      chunk: chunk.hash,
      task,
      engine,
      machine: hostname(),
      ended: new Date().toISOString(),
      seconds,
      failures,
      records: [...all.values()],
    };
    await writePart(file, part, cellArrays(outcomes));
    for (const { message } of failures) log(`task ${task}: failed: ${message}`);
    log(`task ${task}: done after ${seconds.toFixed(1)} s${failures.length > 0 ? `, ${failures.length} failed` : ''}`);
    open = false;
    await rm(`${file}.journal`, { force: true });
    return failures.length > 0 ? 'failed' : 'done';
  } finally {
    open = false;
    journal.close();
  }
};
