import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A free port of this machine. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

export const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A Slurm of one node, this machine: munge, controller and node of its own in a temporary folder. */
export class Cluster {
  readonly #processes: ChildProcess[] = [];

  private constructor(
    readonly folder: string,
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async start(): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'slurm-'));
    chmodSync(folder, 0o755);
    const [control, daemon] = [await freePort(), await freePort()];
    const name = hostname().split('.')[0] ?? 'node';
    const socket = join(folder, 'munge.socket');
    for (const each of ['state', 'spool']) mkdirSync(join(folder, each));
    writeFileSync(join(folder, 'munge.key'), randomBytes(128), { mode: 0o400 });
    writeFileSync(
      join(folder, 'slurm.conf'),
      `ClusterName=test
SlurmctldHost=${name}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${socket}
CryptoType=crypto/munge
SlurmctldPort=${control}
SlurmdPort=${daemon}
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd.log
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2
ReturnToService=2
JobRequeue=1
NodeName=${name} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:2
`,
    );
    const cluster = new Cluster(folder, { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') });
    try {
      cluster.#start('munged', [
        '--foreground',
        '--force',
        `--socket=${socket}`,
        ...['key', 'pid', 'log', 'seed'].map((what) => `--${what}-file=${folder}/munge.${what}`),
      ]);
      await wait(500);
      cluster.#start('slurmctld', ['-D', '-c']);
      await wait(1000);
      cluster.#start('slurmd', ['-D', '-c', '-N', name]);
      await cluster.until('the node is idle', async () => (await cluster.call('sinfo', ['-h', '-o', '%t'])).trim() === 'idle');
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  #start(command: string, words: readonly string[]): void {
    const child = spawn(command, words, { env: this.environment, stdio: 'ignore' });
    child.on('error', (error) => {
      writeFileSync(join(this.folder, `${command}.failed`), String(error));
    });
    this.#processes.push(child);
  }

  /** What a command of Slurm prints. */
  async call(command: string, words: readonly string[], options: { cwd?: string; environment?: NodeJS.ProcessEnv } = {}): Promise<string> {
    const { stdout } = await execute(command, words, {
      env: { ...this.environment, ...options.environment },
      cwd: options.cwd ?? this.folder,
    });
    return stdout;
  }

  /** Asks until the answer is yes. */
  async until(what: string, ask: () => Promise<boolean>, seconds = 120): Promise<void> {
    const begun = Date.now();
    while (Date.now() - begun < 1000 * seconds) {
      if (await ask().catch(() => false)) return;
      await wait(200);
    }
    throw new Error(`not within ${seconds} s: ${what}\n${this.logs()}`);
  }

  logs(): string {
    return ['slurmctld.log', 'slurmd.log', 'munge.log']
      .map((name) => {
        try {
          return `${name}\n${readFileSync(join(this.folder, name), 'utf8').split('\n').slice(-15).join('\n')}`;
        } catch {
          return `${name}: none`;
        }
      })
      .join('\n');
  }

  async stop(): Promise<void> {
    await this.call('scancel', ['--user=root']).catch(() => undefined);
    for (const child of this.#processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGTERM');
      await Promise.race([ended, wait(5000)]);
      child.kill('SIGKILL');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
