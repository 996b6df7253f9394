// A thread that does chunks of kernels, see `control.ts`. It runs as text in a worker of Node and as a file in one of a browser, and imports nothing.
// @ts-check

/**
 * Looks for a job this often before it sleeps: about a millisecond, longer than from one operation of a theory to the next. A thread that
 * sleeps between operations is slow to wake, and Linux often wakes it on the core of the thread that called it.
 */
const LOOKS = 200000;

/** @param {import('./control').Start} start */
const help = ({ module, memory, control, integers, index, threads, kernels, field }) => {
  const instance = new WebAssembly.Instance(module, {
    env: {
      memory,
      abort: () => {
        throw new Error('a kernel has aborted');
      },
    },
  });
  /** @type {Record<string, (...given: number[]) => void>} */
  const run = /** @type {any} */ (instance.exports);
  const told = new Int32Array(memory.buffer, control, integers);
  const given = new Float64Array(memory.buffer, control + 4 * integers);
  let pages = 0;

  /**
   * Does the chunk that is `tickets` before the end of a queue.
   * @param {number} queue
   * @param {number} tickets
   */
  const work = (queue, tickets) => {
    if (told[field.pages] !== pages) {
      // This instance is to see that the memory has grown.
      memory.grow(0);
      pages = Number(told[field.pages]);
    }
    const [tasks, size, count] = [Number(told[field.tasks]), Number(told[field.chunk]), Number(told[field.given])];
    run.useScratch?.((Number(told[field.scratch]) >>> 0) + index * Number(told[field.scratchBytes]));
    const end = Math.floor((Math.ceil(tasks / size) * (queue + 1)) / threads);
    const first = (end - tickets) * size;
    run[String(kernels[Number(told[field.kernel])])]?.(first, Math.min(tasks, first + size), ...given.subarray(0, count));
  };

  /**
   * Does what is left of a queue.
   * @param {number} queue
   */
  const empty = (queue) => {
    const at = field.tickets + field.ticketStep * queue;
    for (let tickets = Atomics.load(told, at); tickets > 0; tickets = Atomics.load(told, at)) {
      if (Atomics.compareExchange(told, at, tickets, tickets - 1) !== tickets) continue;
      try {
        work(queue, tickets);
      } catch {
        Atomics.store(told, field.failed, 1);
      }
      Atomics.add(told, field.completed, 1);
      Atomics.notify(told, field.completed);
    }
  };

  let looks = 0;
  let seen = 0;
  while (Atomics.load(told, field.stop) === 0) {
    const jobs = Atomics.load(told, field.jobs);
    if (jobs === seen) {
      if (++looks > LOOKS) Atomics.wait(told, field.jobs, jobs, 1000);
      continue;
    }
    seen = jobs;
    looks = 0;
    for (let i = 0; i < threads; i++) empty((index + i) % threads);
  }
};

if (typeof require === 'function') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- this text runs as a script, which has no imports
  const { parentPort, workerData } = require('node:worker_threads');
  parentPort?.postMessage('ready');
  help(/** @type {import('./control').Start} */ (workerData));
} else
  self.onmessage = (event) => {
    self.postMessage('ready');
    help(/** @type {import('./control').Start} */ (event.data));
  };
