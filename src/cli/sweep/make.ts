import { chmod, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Problem } from '$lib/base/problem';
import { compile } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import { reachable } from '$lib/graph/order';
import type { Axis } from '$lib/graph/kind';
import { nodesOf } from '$lib/graph/diagnose';
import { parse } from '$lib/sheet/parse';
import { emptyFolders } from '$lib/sweep/folder';
import { planSweep } from '$lib/sweep/plan';
import { contentOf } from '../disk-file';
import { readNamedFiles } from '../named-files';
import { nodeEvaluator } from '../node-evaluator';
import type { Place } from '../place';
import { applySettings } from '../settings';
import { readSheetSource, reason } from '../sheet-source';
import { programVersion } from '../version';
import { prepareFolder, writeWhole } from '../whole-file';
import type { MakeCall } from './arguments';

/** The axes of a sheet, with their values: nothing else of it is computed. */
const readAxes = async (text: string, place: Place): Promise<Axis[]> => {
  const program = compile(parse(text), kinds);
  const axisNodes = program.nodes.filter(({ kind }) => kinds.get(kind)?.yields === 'axis');
  const inputs = new Map(program.nodes.map(({ id, inputs }) => [id, Object.values(inputs).flatMap(nodesOf)]));
  const needed = reachable(
    axisNodes.map(({ id }) => id),
    inputs,
  );
  const evaluator = await nodeEvaluator(place.root, { backend: 'reference', threads: undefined });
  try {
    const reports = new Map<string, { status: string; axes: readonly Axis[]; problem?: { readonly message: string } }>();
    await evaluator.keeping?.leaveOut(program.nodes.flatMap(({ id }) => (needed.has(id) ? [] : [id])));
    await evaluator.listen((news) => {
      for (const report of news) reports.set(report.key, report);
    });
    await evaluator.evaluate(text);
    return axisNodes.flatMap(({ id, axisName }) => {
      const report = reports.get(id);
      if (report?.status === 'error') throw new Problem(`--over: ${id} is in error: ${report.problem?.message ?? ''}`);
      return report?.axes.filter(({ name }) => name === axisName) ?? [];
    });
  } finally {
    await evaluator.close();
  }
};

const isEmpty = async (folder: string): Promise<boolean> => {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    throw new Problem(`--out: ${folder} cannot be used, ${reason(error)}`);
  }
};

/** `kernelsheet sweep SHEET`: writes the folder of a sweep; computes nothing but the axes. */
export const makeSweep = async (call: MakeCall, place: Place): Promise<0> => {
  const source = await readSheetSource(call.sheet);
  const text = applySettings(source.text, call.settings);
  const sheet = parse(text);
  if (sheet.problem) throw sheet.problem;
  if (!(await isEmpty(call.out))) throw new Problem(`--out: ${call.out} is not empty; name a new folder`);
  const files = new Map<string, Uint8Array>();
  for (const [name, content] of await readNamedFiles(sheet, source.folder, call.allowRead)) {
    if ('refused' in content) throw new Problem(`${name}: ${content.refused}`);
    files.set(name, await contentOf(content, name));
  }
  const axes = await readAxes(text, place);
  const { folder, tasks, work } = planSweep({
    program: programVersion(place.root),
    text,
    files,
    axes,
    over: call.over,
    tasks: call.chunks,
    cluster: call.cluster,
  });
  await prepareFolder('--out', call.out);
  for (const name of emptyFolders) await mkdir(join(call.out, name), { recursive: true });
  for (const { path, content, executable } of folder) {
    const file = join(call.out, path);
    await mkdir(dirname(file), { recursive: true });
    await writeWhole(file, content);
    if (executable) await chmod(file, 0o755);
  }
  const fewer = tasks < call.chunks ? `, not ${call.chunks}: the axes cannot be cut into that many` : '';
  process.stdout.write(
    [`${call.out}: ${tasks} ${tasks === 1 ? 'task' : 'tasks'}${fewer}`, ...work, `Read ${join(call.out, 'README.txt')}.`]
      .map((line) => `${line}\n`)
      .join(''),
  );
  return 0;
};
