import { dirname, join, resolve } from 'node:path';
import { parse } from '$lib/sheet/parse';
import type { RunCall } from './arguments';
import { csvName, csvText } from './csv';
import { evaluate, readMatrices, type Evaluator } from './evaluator';
import { Interruption, statusOf } from './interruption';
import { jsonText } from './json';
import { reportLines } from './lines';
import { readNamedFiles } from './named-files';
import { npyFiles } from './npy';
import { openEvaluator } from './open-evaluator';
import { exitStatus, outcomeOf, type Outcome } from './outcome';
import type { Place } from './place';
import { Progress } from './progress';
import { Resuming } from './sweep/resuming';
import { applySettings } from './settings';
import { readSheetSource } from './sheet-source';
import { isPlain, prepareFolder, replacedFile, writeWhole } from './whole-file';

/** Folders that results go to are there and can be written before anything is computed. */
const makeFolders = async ({ json, csv, npy, resume }: RunCall): Promise<void> => {
  if (json !== undefined) {
    const file = await replacedFile(json);
    if (await isPlain(file)) await prepareFolder('--json', dirname(resolve(file)));
  }
  if (csv !== undefined) await prepareFolder('--csv', csv);
  if (resume !== undefined) await prepareFolder('--resume', dirname(resolve(resume)));
  if (npy !== undefined) await prepareFolder('--npy', npy);
};

const writeTables = async (folder: string, outcomes: readonly Outcome[]): Promise<void> => {
  for (const outcome of outcomes) {
    const text = csvText(outcome);
    if (text !== undefined) await writeWhole(join(folder, csvName(outcome.key)), text);
  }
};

const writeArrays = async (folder: string, evaluator: Evaluator, outcomes: readonly Outcome[]): Promise<void> => {
  for (const outcome of outcomes)
    for (const { name, bytes } of await npyFiles(evaluator, outcome)) await writeWhole(join(folder, name), bytes);
};

/** What is said of a cell that was not done at the end. */
const unfinishedText = (signal: string | undefined, failure: string | undefined, timeout: number | undefined): string => {
  if (signal !== undefined) return `was stopped by ${signal}`;
  if (failure !== undefined) return `was not done: ${failure}`;
  return timeout === undefined ? 'was stopped' : `was not done after ${timeout} s (--timeout)`;
};

/**
 * `kernelsheet run`: evaluates a sheet and tells what became of it.
 *
 * @returns 0 when all cells computed and all checks passed, else 1; 130 or 143 when a signal ended it
 * @throws Problem when the sheet or the call cannot be read, NoAdapter when there is no GPU adapter.
 */
export const run = async (call: RunCall, place: Place): Promise<number> => {
  const source = await readSheetSource(call.sheet);
  const text = applySettings(source.text, call.settings);
  const sheet = parse(text);
  if (sheet.problem) throw sheet.problem;
  await makeFolders(call);
  const progress = new Progress(process.stderr, sheet.cells.length);
  const interruption = new Interruption();
  const evaluator = await openEvaluator(call, place);
  let resuming: Resuming | undefined;
  try {
    for (const [name, content] of await readNamedFiles(sheet, source.folder, call.allowRead)) await evaluator.addFile(name, content);
    if (call.allowNet) await evaluator.allow(call.allowNet);
    resuming = call.resume === undefined ? undefined : await Resuming.open(call.resume, evaluator, place.root);
    const { engine, reports, lost, failure } = await evaluate(evaluator, text, {
      timeout: call.timeout,
      interrupted: interruption.heard,
      onReports: (news) => {
        progress.gather(news);
      },
    });
    progress.end();
    await resuming?.finish(lost);
    if (engine.notice !== '') process.stderr.write(`kernelsheet: ${engine.notice}\n`);
    const { signal } = interruption;
    if (lost && (call.json !== undefined || call.npy !== undefined))
      process.stderr.write('kernelsheet: a computation did not stop in time: matrices and arrays are not written\n');
    const unfinished = unfinishedText(signal, failure, call.timeout);
    const outcomes = sheet.cells.map(({ key, line }) => outcomeOf(key, reports.get(key), line, unfinished));
    process.stdout.write(
      reportLines(outcomes)
        .map((line) => `${line}\n`)
        .join(''),
    );
    if (call.json !== undefined) {
      const matrices = lost ? new Map<string, never>() : await readMatrices(evaluator, reports);
      await writeWhole(call.json, jsonText(engine, outcomes, matrices, signal !== undefined));
    }
    if (call.csv !== undefined) await writeTables(call.csv, outcomes);
    if (call.npy !== undefined && !lost) await writeArrays(call.npy, evaluator, outcomes);
    return signal ? statusOf(signal) : exitStatus(outcomes);
  } finally {
    interruption.close();
    resuming?.close();
    await evaluator.close();
  }
};
