import type { Worker } from 'node:worker_threads';
import { transferables } from '$lib/base/bytes';
import { Problem } from '$lib/base/problem';
import { within } from '$lib/base/within';
import type { Answer, CellReport, Given, Keeping, PointRecord, Question } from '$lib/worker/protocol';
import type { Evaluator } from './evaluator';
import type { KeepingMethod, Opened, ThreadCall, ThreadMethod, ThreadNews } from './thread-protocol';

/** What of a thread is used here. */
export type Thread = Pick<Worker, 'terminate'> & {
  /** @param away buffers that are given to the thread instead of copied */
  postMessage(call: ThreadCall, away: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (news: ThreadNews) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
};

/** Milliseconds within which a thread must have ended by itself before it is ended by force. */
const patience = 300;

/** Who waits for an answer. */
interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

/** In words why a thread went down; Node says of its heap only that a limit was reached. */
const reasonOf = (error: Error): string =>
  (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'the evaluation ran out of memory' : error.message;

/**
 * The evaluator behind a thread. The calling thread stays free for its timers and signals, whatever loop the other one is in;
 * reports arrive as cells finish. Where the thread goes down, all that waits for it is rejected with a `Problem` that says why.
 */
export class ThreadEvaluator implements Evaluator {
  readonly #waiting = new Map<number, Waiting>();
  readonly #thread: Thread;
  #recordListener: (record: PointRecord) => void = () => undefined;
  readonly keeping: Keeping = {
    recall: (records) => this.#call('recall', records),
    recalled: () => this.#call('recalled'),
    keep: (listener, most) => {
      this.#recordListener = listener;
      return this.#call('keep', most);
    },
    kept: () => this.#call('kept'),
    leaveOut: (nodes) => this.#call('leaveOut', nodes),
  };
  #calls = 0;
  #listener: (reports: readonly CellReport[]) => void = () => undefined;
  #down: Problem | undefined;

  constructor(thread: Thread) {
    this.#thread = thread;
    thread.on('message', (news) => {
      this.#receive(news);
    });
    thread.on('error', (error) => {
      this.#fall(reasonOf(error));
    });
    thread.on('exit', () => {
      this.#fall('the thread that evaluates has ended');
    });
  }

  /** To be called first. @throws Problem when the engine cannot be had. */
  open(): Promise<Opened> {
    return this.#call<Opened>('open');
  }

  engine(): ReturnType<Evaluator['engine']> {
    return this.#call('engine');
  }

  listen(listener: (reports: readonly CellReport[]) => void): Promise<void> {
    this.#listener = listener;
    return Promise.resolve();
  }

  evaluate(text: string): Promise<boolean> {
    return this.#call('evaluate', text);
  }

  ask<Q extends Question>(question: Q, key: string, ...given: Given<Q>): Promise<Answer<Q>> {
    return this.#call('ask', question, key, ...given);
  }

  stop(key?: string): Promise<void> {
    return this.#call('stop', key);
  }

  addFile(...given: Parameters<Evaluator['addFile']>): Promise<void> {
    return this.#send('addFile', given, transferables(given[1]));
  }

  allow(hosts: readonly string[]): Promise<void> {
    return this.#call('allow', hosts);
  }

  /** Gives the engine back where the thread still answers, and ends the thread. */
  async close(): Promise<void> {
    // Who has not answered yet is not asked again.
    if (!this.#down && this.#waiting.size === 0) {
      await within(
        patience,
        this.#call('close').catch(() => undefined),
      );
    }
    await this.#thread.terminate();
  }

  #call<T>(method: ThreadMethod | KeepingMethod | 'open', ...given: readonly unknown[]): Promise<T> {
    return this.#send(method, given, []);
  }

  #send<T>(method: ThreadMethod | KeepingMethod | 'open', given: readonly unknown[], away: readonly ArrayBuffer[]): Promise<T> {
    if (this.#down) return Promise.reject(this.#down);
    const id = ++this.#calls;
    const answer = new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
    });
    this.#thread.postMessage({ id, method, arguments: given }, away);
    return answer;
  }

  #receive(news: ThreadNews): void {
    if ('reports' in news) {
      this.#listener(news.reports);
      return;
    }
    if ('record' in news) {
      this.#recordListener(news.record);
      return;
    }
    const waiting = this.#waiting.get(news.id);
    this.#waiting.delete(news.id);
    if ('value' in news) waiting?.resolve(news.value);
    else waiting?.reject('problem' in news ? new Problem(news.problem) : new Error(news.fault));
  }

  #fall(reason: string): void {
    this.#down ??= new Problem(reason);
    for (const { reject } of this.#waiting.values()) reject(this.#down);
    this.#waiting.clear();
  }
}
