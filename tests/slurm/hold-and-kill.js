/**
 * Loaded before the program by NODE_OPTIONS, so that the test need not be quick. Each happens once; then there is a mark.
 * Task HOLD_TASK waits when its first finished point is written, until the file HOLD_MARK.go is there. Task KILL_TASK ends itself by
 * SIGKILL in the middle of writing its part, when the file has its temporary name and not yet its own.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { HOLD_TASK, HOLD_MARK, KILL_TASK, KILL_MARK, SLURM_ARRAY_TASK_ID: task } = process.env;
const { existsSync, promises, writeFileSync, writeSync } = fs;

if (process.argv.includes('sweep') && task === HOLD_TASK && HOLD_MARK !== undefined && !existsSync(HOLD_MARK)) {
  /**
   * @param {number} file
   * @param {Uint8Array} bytes
   * @param {number} [from]
   */
  const hold = (file, bytes, from) => {
    const done = writeSync(file, bytes, from);
    // Lines of the log are written by the same function.
    if (!new TextDecoder().decode(bytes).includes('"key":')) return done;
    fs.writeSync = writeSync;
    syncBuiltinESMExports();
    writeFileSync(HOLD_MARK, '');
    const sleeper = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(`${HOLD_MARK}.go`)) Atomics.wait(sleeper, 0, 0, 100);
    return done;
  };
  fs.writeSync = /** @type {typeof writeSync} */ (/** @type {unknown} */ (hold));
}

if (process.argv.includes('sweep') && task === KILL_TASK && KILL_MARK !== undefined && !existsSync(KILL_MARK)) {
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
