import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

type News = { readonly ready: string; readonly file: string } | { readonly failed: string };

interface CallOptions {
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** A Slurm of one node, this machine: munge, controller and node of its own in a temporary folder. */
export class Cluster {
  private constructor(
    readonly folder: string,
    readonly environment: NodeJS.ProcessEnv,
    readonly keeper: ChildProcess,
  ) {}

  /** @throws Error with the ends of the logs when Slurm does not start. */
  static async start(): Promise<Cluster> {
    const script = fileURLToPath(new URL('daemons.js', import.meta.url));
    // Of a group of its own: what ends the test by the keyboard must not end it before it has cleaned up.
    const keeper = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    // Where the runner of the tests is killed, its worker would go on by itself.
    process.once('disconnect', () => process.exit(1));
    const closed = once(keeper, 'close');
    let news: News = { failed: 'the process that runs Slurm has ended and said nothing' };
    for await (const line of createInterface({ input: keeper.stdout })) {
      news = JSON.parse(line) as News;
      break;
    }
    if ('ready' in news) return new Cluster(news.ready, { ...process.env, SLURM_CONF: news.file }, keeper);
    await closed;
    throw new Error(news.failed);
  }

  /** What a command of Slurm prints. */
  async call(command: string, words: readonly string[], options: CallOptions = {}): Promise<string> {
    const { cwd = this.folder, environment, signal } = options;
    const { stdout } = await execute(command, words, { env: { ...this.environment, ...environment }, cwd, signal });
    return stdout;
  }

  /** Asks until the answer is yes; what hangs is given up. */
  async until(what: string, ask: () => boolean | Promise<boolean>, seconds = 150): Promise<void> {
    let fault: unknown;
    for (const begun = Date.now(); Date.now() - begun < 1000 * seconds;) {
      try {
        if (await ask()) return;
      } catch (error) {
        // The controller may be busy.
        fault = error;
      }
      await wait(200);
    }
    throw new Error([`not within ${seconds} s: ${what}`, String(fault), ...this.logs()].join('\n'));
  }

  logs(): string[] {
    return ['slurmctld.log', 'slurmd.log', 'munge.log'].map((name) => {
      try {
        return `${name}\n${readFileSync(join(this.folder, name), 'utf8').split('\n').slice(-15).join('\n')}`;
      } catch {
        return `${name}: none`;
      }
    });
  }

  /** Ends all that belongs to it, and removes its folder. */
  async stop(): Promise<void> {
    const closed = once(this.keeper, 'close');
    if (this.keeper.exitCode !== null || this.keeper.signalCode !== null) return;
    this.keeper.stdin?.end();
    await closed;
  }
}
