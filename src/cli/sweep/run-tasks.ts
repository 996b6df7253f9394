import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Problem } from '$lib/base/problem';
import type { PointRecord } from '$lib/worker/protocol';
import { Interruption, statusOf } from '../interruption';
import { openEvaluator } from '../open-evaluator';
import type { Place } from '../place';
import { reason } from '../sheet-source';
import type { TaskCall } from './arguments';
import { log } from './log';
import { openSweep, type OpenSweep } from './opened';
import { computeChunk, type TaskResources, type Ending } from './task';

/** The same call goes on: EX_TEMPFAIL of sysexits.h. */
const AGAIN = 75;

const worst = (endings: readonly Ending[]): 0 | 1 => (endings.some((ending) => ['failed', 'taken', 'down'].includes(ending)) ? 1 : 0);

const signals = ['SIGINT', 'SIGTERM', 'SIGUSR1'] as const;

/** An evaluator with what the sheet needs. */
const openResources = async (
  call: TaskCall,
  sweep: OpenSweep,
  place: Place,
  kept: Pick<TaskResources, 'interruption' | 'shared'>,
): Promise<TaskResources> => {
  const evaluator = await openEvaluator(call, place);
  try {
    const { keeping } = evaluator;
    if (!keeping) throw new Problem('sweep run: computes in Node, not in a browser; give --backend cpu, or install the package webgpu');
    const { backend, adapter } = await evaluator.engine();
    log(`kernelsheet ${sweep.manifest.program}, Node ${process.versions.node}, ${hostname()}, ${backend} (${adapter})`);
    // A copy: the bytes are given away, and another evaluator may want them too.
    for (const [name, content] of sweep.files) await evaluator.addFile(name, content.slice());
    await keeping.recall([...kept.shared.values()]);
    return { sweep, evaluator, keeping, retry: call.retry, ...kept };
  } catch (error) {
    await evaluator.close();
    throw error;
  }
};

/** In this process, one chunk after another: what several of them need is computed once. */
const runHere = async (call: TaskCall, sweep: OpenSweep, place: Place): Promise<number> => {
  const { chunks } = sweep.manifest;
  const chosen = call.task === undefined ? chunks : chunks.filter(({ task }) => task === call.task);
  if (chosen.length === 0) throw new Problem(`--task: must be a whole number from 0 to ${chunks.length - 1}, got ${call.task}`);
  const interruption = new Interruption(process, signals);
  const kept = { interruption, shared: new Map<string, PointRecord>() };
  let resources: TaskResources | undefined;
  try {
    const endings: Ending[] = [];
    for (const chunk of chosen) {
      if (interruption.signal) break;
      resources ??= await openResources(call, sweep, place, kept);
      const ending = await computeChunk(resources, chunk);
      endings.push(ending);
      if (ending !== 'down') continue;
      // The chunks that follow need not fail with this one.
      await resources.evaluator.close();
      resources = undefined;
    }
    // Heard when all was done already it changes nothing: the same call would find nothing to do.
    const wasInterrupted = endings.length < chosen.length || endings.some((ending) => ending === 'stopped' || ending === 'down');
    if (interruption.signal && wasInterrupted) return interruption.signal === 'SIGUSR1' ? AGAIN : statusOf(interruption.signal);
    // What another process of the same call computes is no failure of this one.
    return call.task === undefined ? worst(endings.filter((ending) => ending !== 'taken')) : worst(endings);
  } finally {
    interruption.close();
    await resources?.evaluator.close();
  }
};

/** In several processes, each of which takes the next chunk that nobody has. */
const runInProcesses = async (call: TaskCall, jobs: number): Promise<number> => {
  const words = ['sweep', 'run', call.folder, '--all', '--backend', call.backend];
  if (call.threads !== undefined) words.push('--threads', String(call.threads));
  if (call.retry) words.push('--retry');
  const [, script = ''] = process.argv;
  const children = Array.from({ length: jobs }, () =>
    spawn(process.execPath, [script, ...words], { stdio: ['ignore', 'inherit', 'inherit'] }),
  );
  const hand = (signal: NodeJS.Signals): void => {
    for (const child of children) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, hand);
  const statuses = await Promise.all(
    children.map(
      (child) =>
        new Promise<number>((resolve) => {
          child.on('error', (error) => {
            log(`a process could not be started: ${error.message}`);
            resolve(1);
          });
          child.on('close', (status) => {
            resolve(status ?? 1);
          });
        }),
    ),
  );
  for (const signal of signals) process.off(signal, hand);
  return Math.max(...statuses);
};

/** `kernelsheet sweep run`: computes one chunk, or all of them. */
export const runTasks = async (call: TaskCall, place: Place): Promise<number> => {
  const sweep = await openSweep(call.folder, place);
  try {
    await mkdir(join(sweep.folder, 'parts'), { recursive: true });
  } catch (error) {
    throw new Problem(`${join(sweep.folder, 'parts')}: cannot be made, ${reason(error)}`);
  }
  const jobs = Math.min(call.jobs, sweep.manifest.chunks.length);
  return jobs > 1 ? runInProcesses(call, jobs) : runHere(call, sweep, place);
};
