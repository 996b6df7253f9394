/**
 * Loaded before the program by NODE_OPTIONS, in its main thread and in the one that evaluates, so that nothing depends on who is quick.
 * Each happens once; then there is a mark. Of task HOLD_TASK the thread that evaluates waits behind its first finished point until the
 * process has heard USR1. Task KILL_TASK ends itself by SIGKILL in the middle of writing its part, when the file has its temporary name
 * and not yet its own.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isMainThread, parentPort } from 'node:worker_threads';

const { HOLD_TASK, HOLD_MARK, KILL_TASK, KILL_MARK, SLURM_ARRAY_TASK_ID: task } = process.env;
const { existsSync, promises, writeFileSync, writeSync } = fs;
// The words of the call are known to the main thread; other threads get its environment.
if (isMainThread && process.argv.includes('sweep')) process.env['SWEEP_IS_RUN'] = 'yes';
const isSweep = process.env['SWEEP_IS_RUN'] === 'yes';

if (isSweep && task === HOLD_TASK && HOLD_MARK !== undefined && !existsSync(HOLD_MARK)) {
  const heard = `${HOLD_MARK}.heard`;
  if (isMainThread) {
    /**
     * @param {number} file
     * @param {Uint8Array} bytes
     * @param {number} [from]
     */
    const mark = (file, bytes, from) => {
      const done = writeSync(file, bytes, from);
      // Lines of the log are written by the same function.
      if (new TextDecoder().decode(bytes).includes('"key":')) writeFileSync(HOLD_MARK, '');
      return done;
    };
    fs.writeSync = /** @type {typeof writeSync} */ (/** @type {unknown} */ (mark));
    // After the program itself has heard it and has told its thread.
    process.on('SIGUSR1', () => setImmediate(() => writeFileSync(heard, '')));
  } else if (parentPort) {
    const port = parentPort;
    const post = port.postMessage.bind(port);
    /** @param {unknown} news */
    port.postMessage = (news) => {
      post(news);
      if (typeof news !== 'object' || news === null || !('record' in news)) return;
      const sleeper = new Int32Array(new SharedArrayBuffer(4));
      while (!existsSync(heard)) Atomics.wait(sleeper, 0, 0, 100);
    };
  }
}

if (isSweep && isMainThread && task === KILL_TASK && KILL_MARK !== undefined && !existsSync(KILL_MARK)) {
  const { rename } = promises;
  promises.rename = (from, to) => {
    if (String(to).endsWith('.json')) {
      writeFileSync(KILL_MARK, '');
      process.kill(process.pid, 'SIGKILL');
    }
    return rename(from, to);
  };
}
syncBuiltinESMExports();
