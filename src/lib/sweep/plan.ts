import { Problem } from '$lib/base/problem';
import { compile } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import type { Axis } from '$lib/graph/kind';
import type { Sheet } from '$lib/sheet/document';
import { parse } from '$lib/sheet/parse';
import { namedFiles } from '$lib/sheet/possible-files';
import { cutIntoChunks } from './chunks';
import { isCuttable } from './cuttable';
import { sweepFolder, type FolderFile, type SweepPlan } from './folder';
import { describeFollowed } from './followed';
import { countWork, describeRepeated } from './shared-work';

/** The sweep that is asked for. */
export interface SweepRequest extends Pick<SweepPlan, 'program' | 'text' | 'files' | 'cluster'> {
  /** All axes of the sheet, with their values. */
  readonly axes: readonly Axis[];
  /** Names of the cells to cut. */
  readonly over: readonly string[];
  /** Into how many tasks at most. */
  readonly tasks: number;
}

/** A sweep's folder, and what is said of it before anything is computed. */
export interface PlannedSweep {
  readonly folder: readonly FolderFile[];
  readonly tasks: number;
  /** Files that are not there, and work that several tasks do each for themselves. */
  readonly work: readonly string[];
}

const axesOver = (sheet: Sheet, names: readonly string[], axes: readonly Axis[]): Axis[] =>
  names.map((name) => {
    const cell = sheet.cells.find(({ key, name: own }) => key === name || own === name);
    if (!cell) throw new Problem(`--over: the sheet has no cell ${name}`);
    const axis = axes.find((one) => one.name === cell.key);
    if (!axis || !isCuttable(sheet, cell.key)) throw new Problem(`--over: ${name} must be a cell that is range(…) or each(…)`);
    return axis;
  });

/**
 * The folder of a sweep, wherever it is asked for: by the command line or in the page. Nothing is computed.
 *
 * @throws Problem when the sheet cannot be read, a name is no axis of it, or `tasks` is no whole number ≥ 1.
 */
export const planSweep = ({ program: version, text, files, axes, over: names, tasks, cluster }: SweepRequest): PlannedSweep => {
  const sheet = parse(text);
  if (sheet.problem) throw sheet.problem;
  const over = axesOver(sheet, names, axes);
  const chunks = cutIntoChunks(over, tasks);
  const program = compile(sheet, kinds);
  const absent = namedFiles(sheet).filter((name) => !files.has(name));
  const work = [
    ...absent.map((name) => `The file ${name} is not here: the folder is without it, and the cells that read it will not compute.`),
    ...describeRepeated(countWork(program, axes, chunks)),
    ...describeFollowed(program, new Set(over.map(({ name }) => name))),
  ];
  return { folder: sweepFolder({ program: version, text, files, over, chunks, cluster, work }), tasks: chunks.length, work };
};
