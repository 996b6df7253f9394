import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { Problem } from '$lib/base/problem';
import { reason } from '../sheet-source';

/** Who computes a chunk. */
interface Holder {
  readonly machine: string;
  readonly pid: number;
  /** Task of the cluster, where there is one: it runs once at a time. */
  readonly job: string;
  readonly since: string;
}

/** A lock that was not touched for so many seconds is left over: its holder touches it every twenty. */
const LEFT_OVER = 300;
const TOUCH = 20;

const jobHere = (): string => {
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_JOB_ID: job } = process.env;
  return array === undefined ? (job ?? '') : `${array}_${task ?? ''}`;
};

/** Being computed by somebody else at this moment. */
export class Taken extends Problem {}

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Whether the process that made this lock has ended. */
const isLeftOver = (file: string, { machine, pid, job }: Holder): boolean => {
  const isHere = machine === hostname();
  if (isHere && (pid === process.pid || !runs(pid))) return true;
  if (!isHere && job !== '' && job === jobHere()) return true;
  // By age, also on this machine: a new process may have the number of one that has ended.
  try {
    return (Date.now() - statSync(file).mtimeMs) / 1000 > LEFT_OVER;
  } catch {
    return true;
  }
};

const read = (file: string): Holder | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
};

/** A chunk that this process alone computes. */
export class Lock {
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(
    readonly file: string,
    readonly holder: Holder,
  ) {
    this.#timer = setInterval(() => {
      const now = new Date();
      try {
        utimesSync(file, now, now);
      } catch {
        // Removed by hand: the parts are written as a whole all the same.
      }
    }, 1000 * TOUCH);
    this.#timer.unref();
  }

  /**
   * @throws Taken when another process has it; Problem when it cannot be written.
   */
  static take(file: string): Lock {
    const holder: Holder = { machine: hostname(), pid: process.pid, job: jobHere(), since: new Date().toISOString() };
    for (;;) {
      try {
        writeFileSync(file, `${JSON.stringify(holder)}\n`, { flag: 'wx' });
        return new Lock(file, holder);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw new Problem(`${file}: cannot be written, ${reason(error)}`);
      }
      const other = read(file);
      // Just being written, or cut short by a kill: as old as it is.
      const gone = other ? isLeftOver(file, other) : isLeftOver(file, { machine: '', pid: 0, job: '', since: '' });
      if (!gone)
        throw new Taken(
          `is being computed by process ${other?.pid ?? '?'} on ${other?.machine ?? '?'} since ${other?.since ?? '?'}; if that is not so, remove ${file}`,
        );
      rmSync(file, { force: true });
    }
  }

  release(): void {
    clearInterval(this.#timer);
    // A process that slept for long may have lost it to another one.
    const now = read(this.file);
    if (now?.pid === this.holder.pid && now.machine === this.holder.machine && now.since === this.holder.since)
      rmSync(this.file, { force: true });
  }
}
