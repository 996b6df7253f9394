import type { Block, CpuMemory } from '../memory';
import { field, integersFor, mostGiven } from './control';
import type { Helper, StartHelper } from './helpers';

/** What is to be done with a kernel, in chunks. */
export interface Job {
  /** Its number among the kernels. */
  readonly kernel: number;
  readonly tasks: number;
  /** Tasks of a chunk. */
  readonly chunk: number;
  readonly given: readonly number[];
  readonly scratch: number;
  readonly scratchBytes: number;
  /** Milliseconds without a completed chunk after which a helper counts as dead. */
  readonly patience: number;
  /** Does tasks first … end − 1 on the calling thread. */
  readonly own: (first: number, end: number) => void;
}

const ticketsOf = (queue: number): number => field.tickets + field.ticketStep * queue;

/** Looks at what is completed this often before the calling thread sleeps. */
const looks = 5000;

/**
 * The helpers of one backend. One that dies while it does nothing is replaced, and nobody notices; one that dies within a chunk, or does not
 * answer, is an error of the operation, and the next one has new helpers.
 */
export class Pool {
  readonly #memory: CpuMemory;
  readonly #start: StartHelper;
  readonly #module: WebAssembly.Module;
  readonly #kernels: readonly string[];
  /** Helpers and the calling thread. */
  readonly #threads: number;
  #control: Block;
  #told: Int32Array;
  #helpers: (Helper | undefined)[] = [];

  constructor(memory: CpuMemory, start: StartHelper, module: WebAssembly.Module, kernels: readonly string[], threads: number) {
    this.#memory = memory;
    this.#start = start;
    this.#module = module;
    this.#kernels = kernels;
    this.#threads = threads;
    [this.#control, this.#told] = this.#newControl();
    this.#fill();
  }

  /** Resolves when all helpers work, or some cannot be started: to how many work. */
  async ready(): Promise<number> {
    const started = await Promise.all(this.#helpers.map((helper) => helper?.ready ?? Promise.resolve(false)));
    return started.filter(Boolean).length;
  }

  /**
   * Does the job with the helpers; returns when it is done. Milliseconds that the calling thread might have taken alone: those of its own chunks,
   * times all over its own; undefined where it did none.
   * @throws Error where a chunk has thrown or a helper has died
   */
  run(job: Job): number | undefined {
    this.#fill();
    const told = this.#told;
    const chunks = Math.ceil(job.tasks / job.chunk);
    if (job.given.length > mostGiven) throw new Error(`a kernel has ${job.given.length} arguments, at most ${mostGiven} are possible`);
    this.#memory.numbers(this.#control.address + 4 * integersFor(this.#threads), job.given.length).set(job.given);
    told[field.kernel] = job.kernel;
    told[field.tasks] = job.tasks;
    told[field.chunk] = job.chunk;
    told[field.given] = job.given.length;
    told[field.scratch] = job.scratch | 0;
    told[field.scratchBytes] = job.scratchBytes;
    told[field.pages] = this.#memory.memory.buffer.byteLength / 65536;
    Atomics.store(told, field.failed, 0);
    Atomics.store(told, field.completed, 0);
    for (let queue = 0; queue < this.#threads; queue++)
      Atomics.store(told, ticketsOf(queue), this.#endOf(queue, chunks) - this.#endOf(queue - 1, chunks));
    Atomics.add(told, field.jobs, 1);
    Atomics.notify(told, field.jobs);
    const start = performance.now();
    let mine = 0;
    let thrown: { error: unknown } | undefined;
    for (let queue = 0; queue < this.#threads; queue++)
      for (let tickets = this.#take(queue); tickets > 0; tickets = this.#take(queue)) {
        mine += 1;
        const first = (this.#endOf(queue, chunks) - tickets) * job.chunk;
        try {
          job.own(first, Math.min(job.tasks, first + job.chunk));
        } catch (error) {
          thrown = { error };
          // What nobody has begun is left.
          for (let left = 0; left < this.#threads; left++) mine += Atomics.exchange(told, ticketsOf(left), 0);
        }
      }
    const alone = mine > 0 ? ((performance.now() - start) * chunks) / mine : undefined;
    this.#await(chunks - mine, job.patience);
    if (thrown) throw thrown.error;
    if (Atomics.load(told, field.failed) !== 0) throw new Error('a kernel has failed in a helping thread');
    return alone;
  }

  dispose(): void {
    for (const helper of this.#helpers) helper?.end();
    Atomics.store(this.#told, field.stop, 1);
    Atomics.notify(this.#told, field.jobs);
    this.#helpers = [];
  }

  /** The chunk after the last of a queue. */
  #endOf(queue: number, chunks: number): number {
    return Math.floor((chunks * (queue + 1)) / this.#threads);
  }

  /** Takes a ticket of a queue: how many there were, 0 where there was none. */
  #take(queue: number): number {
    const at = ticketsOf(queue);
    for (;;) {
      const tickets = Atomics.load(this.#told, at);
      if (tickets <= 0) return 0;
      if (Atomics.compareExchange(this.#told, at, tickets, tickets - 1) === tickets) return tickets;
    }
  }

  #await(chunks: number, patience: number): void {
    const told = this.#told;
    let last = performance.now();
    let before = 0;
    for (let look = 0; ; look++) {
      const completed = Atomics.load(told, field.completed);
      if (completed >= chunks) return;
      if (look < looks) continue;
      if (completed !== before) [before, last] = [completed, performance.now()];
      if (performance.now() - last > patience) {
        this.#renew();
        throw new Error('a helping thread has died');
      }
      if (mayWait) Atomics.wait(told, field.completed, completed, 50);
    }
  }

  /** Other helpers, who know nothing of the old ones' work. */
  #renew(): void {
    this.dispose();
    // The old block stays taken: who still writes to it does no harm.
    [this.#control, this.#told] = this.#newControl();
  }

  #newControl(): [Block, Int32Array] {
    const integers = integersFor(this.#threads);
    const control = this.#memory.take(4 * integers + 8 * mostGiven);
    const told = this.#memory.integers(control.address, integers);
    told.fill(0);
    return [control, told];
  }

  /** Starts the helpers that are not there. */
  #fill(): void {
    for (let i = 0; i < this.#threads - 1; i++) {
      if (this.#helpers[i]) continue;
      const helper = this.#start({
        module: this.#module,
        memory: this.#memory.memory,
        control: this.#control.address,
        integers: integersFor(this.#threads),
        index: i + 1,
        threads: this.#threads,
        kernels: this.#kernels,
        field,
      });
      this.#helpers[i] = helper;
      void helper.ended.then(() => {
        if (this.#helpers[i] === helper) this.#helpers[i] = undefined;
      });
    }
  }
}

/** Whether this thread may sleep: that of a page may not. */
const mayWait = typeof document === 'undefined';
