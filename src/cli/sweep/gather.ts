import { dirname, resolve } from 'node:path';
import { Problem } from '$lib/base/problem';
import { parse } from '$lib/sheet/parse';
import type { CellReport, EngineReport, PointRecord } from '$lib/worker/protocol';
import { evaluate, readMatrices, type Evaluator } from '../evaluator';
import { Interruption, statusOf } from '../interruption';
import { jsonText } from '../json';
import { reportLines } from '../lines';
import { openEvaluator } from '../open-evaluator';
import { exitStatus, outcomeOf, type Outcome } from '../outcome';
import type { Place } from '../place';
import { prepareFolder, writeWhole } from '../whole-file';
import type { GatherCall } from './arguments';
import { collect, type Collected } from './collect';
import { originOf } from './journal';
import { cellArrays, npzBytes } from './npz';
import { openSweep, type OpenSweep } from './opened';
import { parquetBytes } from './parquet';
import type { Part } from './part';
import { tidyTable } from './tidy';

const say = (text: string): void => {
  process.stderr.write(`kernelsheet: ${text}\n`);
};

const sayMissing = ({ missing }: Collected, folder: string): void => {
  for (const { text } of missing) say(text);
  const tasks = missing.map(({ task }) => task).join(',');
  say(`${missing.length} of the tasks are missing, nothing is written; in ${folder}: sbatch --array=${tasks} run.sh`);
};

/** The engine that computed the parts: of several the first is named. */
const engineOf = (parts: readonly Part[]): EngineReport => {
  const [first] = parts;
  if (!first) throw new Problem('sweep gather: the sweep has no tasks');
  const engines = new Set(
    parts.map(({ program, engine }) => originOf(program, engine)).map(({ backend, adapter }) => `${backend} (${adapter})`),
  );
  if (engines.size > 1) say(`the parts were computed by different engines: ${[...engines].join('; ')}`);
  return first.engine;
};

/** Points of all parts, each once; a value before a problem. */
const pointsOf = (parts: readonly Part[]): PointRecord[] => {
  const points = new Map<string, PointRecord>();
  for (const record of parts.flatMap(({ records }) => records)) {
    const name = `${record.key}${record.block ? ' block' : ''}`;
    if (!points.has(name) || points.get(name)?.problem) points.set(name, record);
  }
  return [...points.values()];
};

const evaluateWhole = async (
  { text, files }: OpenSweep,
  evaluator: Evaluator,
  points: readonly PointRecord[],
  interruption: Interruption,
): Promise<{
  readonly outcomes: readonly Outcome[];
  readonly reports: ReadonlyMap<string, CellReport>;
  readonly made: readonly PointRecord[];
  /** In words why the evaluation went down. */
  readonly failure: string | undefined;
}> => {
  const { keeping } = evaluator;
  if (!keeping) throw new Problem('sweep gather: the points cannot be put together in a browser');
  // A copy: the bytes are given away, and another evaluator may want them too.
  for (const [name, content] of files) await evaluator.addFile(name, content.slice());
  const made: PointRecord[] = [];
  await keeping.recall(points);
  await keeping.keep((record) => made.push(record));
  const { reports, lost, failure } = await evaluate(evaluator, text, {
    timeout: undefined,
    interrupted: interruption.heard,
    onReports: () => undefined,
  });
  if (!lost) await keeping.kept();
  const unfinished = failure === undefined ? 'was stopped' : `was not done: ${failure}`;
  const outcomes = parse(text).cells.map(({ key, line }) => outcomeOf(key, reports.get(key), line, unfinished));
  return { outcomes, reports, made, failure };
};

const sayMade = (made: readonly PointRecord[]): void => {
  const counts = new Map<string, number>();
  for (const { node, block } of made) if (!block) counts.set(node, (counts.get(node) ?? 0) + 1);
  for (const [node, count] of counts) say(`${count} ${count === 1 ? 'point' : 'points'} of ${node} were computed here`);
};

/** `kernelsheet sweep gather`: puts the parts together to what the whole sheet gives. */
export const gatherSweep = async (call: GatherCall, place: Place): Promise<number> => {
  const sweep = await openSweep(call.folder, place);
  const collected = await collect(sweep);
  for (const name of collected.strange) say(`parts/${name}: is the part of another sheet, or of another version of it; it is left alone`);
  if (collected.missing.length > 0) {
    sayMissing(collected, sweep.folder);
    return 1;
  }
  const { parts } = collected;
  for (const { task, failures } of parts) for (const { message } of failures) say(`task ${task}: failed: ${message}`);
  for (const [option, file] of [
    ['--json', call.json],
    ['--npz', call.npz],
    ['--parquet', call.parquet],
  ] as const)
    if (file !== undefined) await prepareFolder(option, dirname(resolve(file)));
  const engine = engineOf(parts);
  const backend = engine.backend === 'webgpu' ? 'auto' : engine.backend;
  const threads = backend === 'reference' ? undefined : call.threads;
  const interruption = new Interruption();
  const evaluator = await openEvaluator({ backend, threads }, place);
  try {
    const points = pointsOf(parts);
    const { outcomes, reports, made, failure } = await evaluateWhole(sweep, evaluator, points, interruption);
    sayMade(made);
    process.stdout.write(
      reportLines(outcomes)
        .map((line) => `${line}\n`)
        .join(''),
    );
    if (interruption.signal) return statusOf(interruption.signal);
    if (failure !== undefined) {
      say(`${failure}: nothing is written`);
      return 1;
    }
    if (call.json !== undefined) {
      const kept = [...points, ...made].filter(({ block, problem }) => !block && !problem);
      await writeWhole(call.json, jsonText(engine, outcomes, await readMatrices(evaluator, reports), false, kept));
    }
    if (call.npz !== undefined) await writeWhole(call.npz, npzBytes(cellArrays(outcomes)));
    if (call.parquet !== undefined) await writeWhole(call.parquet, await parquetBytes(tidyTable(outcomes).columns));
    return exitStatus(outcomes);
  } finally {
    interruption.close();
    await evaluator.close();
  }
};
