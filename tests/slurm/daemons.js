/**
 * Runs a Slurm of one node and its munge for as long as its standard input is open, then ends all that belongs to it and removes its
 * folder: also when the test that started it is killed. On standard output it says, as one line of JSON, `{ ready: folder, file }` or
 * `{ failed }`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writeConfiguration } from './configuration.js';

/** What hangs is given up after so many seconds; nothing is taken to be quick. */
const LONGEST = 100;

const { folder, file, socket, node } = await writeConfiguration();
// Daemons stand where the paths of users need not lead.
const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`, SLURM_CONF: file };
/** @type {string | undefined} in words what has ended that should not */
let ended;
let ending = false;

/** @param {string} name */
const endOf = (name) => {
  try {
    return `${name}: …${readFileSync(join(folder, name), 'utf8').slice(-2000)}`;
  } catch {
    return `${name}: none`;
  }
};

/** @param {unknown} what */
const say = (what) => {
  // Whoever started this may be gone.
  process.stdout.on('error', () => undefined);
  process.stdout.write(`${JSON.stringify(what)}\n`);
};

/** Processes that know the folder by their environment: daemons, what they run, and commands that still ask. */
const processes = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`SLURM_CONF=${file}`);
      } catch {
        // It has ended meanwhile, or is another user's.
        return false;
      }
    })
    .map(Number);

/** Each is asked to end; those that have not done so after a while are ended. */
const end = async () => {
  if (ending) return;
  ending = true;
  let quiet = 0;
  for (let round = 0; quiet < 2; round++) {
    const left = processes();
    quiet = left.length === 0 ? quiet + 1 : 0;
    if (round === 0 || round > 60)
      for (const id of left) {
        try {
          process.kill(id, round === 0 ? 'SIGTERM' : 'SIGKILL');
        } catch {
          // It has ended meanwhile.
        }
      }
    await wait(100);
  }
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
};

/**
 * @param {string} command
 * @param {readonly string[]} words
 */
const daemon = (command, words) => {
  const child = spawn(command, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (/** @type {Buffer} */ data) => (said = `${said}${data.toString()}`.slice(-2000)));
  child.on('error', (error) => (ended ??= `${command} cannot be started: ${error.message}`));
  child.on('close', (status, signal) => {
    ended ??= `${command} has ended (${signal ?? status}): ${said}`;
  });
};

/**
 * Asks until the answer is yes.
 * @param {string} what
 * @param {() => boolean} ask
 */
const until = async (what, ask) => {
  for (const begun = Date.now(); ;) {
    if (ended !== undefined) throw new Error(ended);
    if (ask()) return;
    if (Date.now() - begun > 1000 * LONGEST) throw new Error(`not within ${LONGEST} s: ${what}`);
    await wait(100);
  }
};

/**
 * @param {string} command
 * @param {readonly string[]} words
 */
const answer = (command, words) => spawnSync(command, words, { env, encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL', input: '' });

process.stdin.on('close', () => void end()).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end());

try {
  const own = ['key', 'pid', 'log', 'seed'].map((what) => `--${what}-file=${folder}/munge.${what}`);
  daemon('munged', ['--foreground', '--force', `--socket=${socket}`, ...own]);
  await until('munged answers', () => answer('munge', ['--no-input', `--socket=${socket}`]).status === 0);
  daemon('slurmctld', ['-D', '-c']);
  await until('slurmctld answers', () => / is UP/.test(answer('scontrol', ['ping']).stdout));
  daemon('slurmd', ['-D', '-c', '-N', node]);
  await until('the node is idle', () => answer('sinfo', ['-h', '-o', '%t']).stdout.trim() === 'idle');
  say({ ready: folder, file });
} catch (error) {
  const logs = ['munge.log', 'slurmctld.log', 'slurmd.log'].map(endOf);
  say({ failed: [error instanceof Error ? error.message : String(error), ...logs].join('\n') });
  await end();
}
