import type { Block, CpuMemory } from '../memory';
import { controlBytes, field, givenOffset, mostGiven } from './control';
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
  readonly #count: number;
  #control: Block;
  #told: Int32Array;
  #helpers: (Helper | undefined)[] = [];

  constructor(memory: CpuMemory, start: StartHelper, module: WebAssembly.Module, kernels: readonly string[], count: number) {
    this.#memory = memory;
    this.#start = start;
    this.#module = module;
    this.#kernels = kernels;
    this.#count = count;
    [this.#control, this.#told] = this.#newControl();
    this.#fill();
  }

  /** Resolves when all helpers work, or some cannot be started: to how many work. */
  async ready(): Promise<number> {
    const started = await Promise.all(this.#helpers.map((helper) => helper?.ready ?? Promise.resolve(false)));
    return started.filter(Boolean).length;
  }

  /** Does the job with the helpers; returns when it is done. @throws Error where a chunk has thrown or a helper has died. */
  run(job: Job): void {
    this.#fill();
    const told = this.#told;
    const chunks = Math.ceil(job.tasks / job.chunk);
    if (job.given.length > mostGiven) throw new Error(`a kernel has ${job.given.length} arguments, at most ${mostGiven} are possible`);
    this.#memory.numbers(this.#control.address + givenOffset, job.given.length).set(job.given);
    told[field.kernel] = job.kernel;
    told[field.tasks] = job.tasks;
    told[field.chunk] = job.chunk;
    told[field.given] = job.given.length;
    told[field.scratch] = job.scratch | 0;
    told[field.scratchBytes] = job.scratchBytes;
    told[field.pages] = this.#memory.memory.buffer.byteLength / 65536;
    Atomics.store(told, field.failed, 0);
    Atomics.store(told, field.completed, 0);
    Atomics.store(told, field.tickets, chunks);
    Atomics.notify(told, field.tickets);
    let mine = 0;
    let thrown: { error: unknown } | undefined;
    for (let ticket = this.#take(); ticket >= 0; ticket = this.#take()) {
      mine += 1;
      try {
        job.own(ticket * job.chunk, Math.min(job.tasks, (ticket + 1) * job.chunk));
      } catch (error) {
        thrown = { error };
        // What nobody has begun is left.
        mine += Atomics.exchange(told, field.tickets, 0);
      }
    }
    this.#await(chunks - mine, job.patience);
    if (thrown) throw thrown.error;
    if (Atomics.load(told, field.failed) !== 0) throw new Error('a kernel has failed in a helping thread');
  }

  dispose(): void {
    for (const helper of this.#helpers) helper?.end();
    Atomics.store(this.#told, field.stop, 1);
    Atomics.notify(this.#told, field.tickets);
    this.#helpers = [];
  }

  /** A ticket, or −1 when there is none left. */
  #take(): number {
    for (;;) {
      const tickets = Atomics.load(this.#told, field.tickets);
      if (tickets <= 0) return -1;
      if (Atomics.compareExchange(this.#told, field.tickets, tickets, tickets - 1) === tickets) return tickets - 1;
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
    const control = this.#memory.take(controlBytes);
    const told = this.#memory.integers(control.address, givenOffset / 4);
    told.fill(0);
    return [control, told];
  }

  /** Starts the helpers that are not there. */
  #fill(): void {
    for (let i = 0; i < this.#count; i++) {
      if (this.#helpers[i]) continue;
      const helper = this.#start({
        module: this.#module,
        memory: this.#memory.memory,
        control: this.#control.address,
        index: i + 1,
        kernels: this.#kernels,
        field,
        givenOffset,
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
