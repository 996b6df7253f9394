import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** @param {string} name @returns {boolean} whether there is such a command, where daemons stand too */
const isCommand = (name) =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'].some((folder) => existsSync(join(folder, name)));

/**
 * Why no Slurm can be run on this machine, whatever the product does: commands are missing, or the daemons do not start. Starts one and ends it.
 * @returns {Promise<string | undefined>} nothing where one can
 */
export const noSlurm = async () => {
  const missing = ['munged', 'slurmctld', 'slurmd', 'sbatch'].filter((name) => !isCommand(name));
  if (missing.length > 0) return `this machine has no ${missing.join(', ')} (Debian: apt-get install slurm-wlm munge)`;
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('daemons.js', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => keeper.once('close', resolve));
  let news = { failed: 'the process that runs Slurm has ended and said nothing' };
  for await (const line of createInterface({ input: keeper.stdout })) {
    try {
      news = JSON.parse(line);
    } catch {
      news = { failed: line };
    }
    break;
  }
  keeper.stdin.end();
  // What cannot be ended, a process that waits for its disk, is left: the tests go on.
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 60_000).unref())]);
  return news.failed && `Slurm does not start here: ${news.failed}`;
};
