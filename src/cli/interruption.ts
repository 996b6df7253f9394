import { constants } from 'node:os';

/** The signals that ask a program to end. A cluster sends SIGUSR1 shortly before the job's time is up. */
export type Ending = 'SIGINT' | 'SIGTERM' | 'SIGUSR1';

/** The exit status of a program that a signal ended, as shells have it: 130 for SIGINT, 143 for SIGTERM. */
export const statusOf = (signal: Ending): number => 128 + constants.signals[signal];

/** Records the first signal that asks the program to end, so that it can still report what is done. A second signal ends it at once. */
export class Interruption {
  /** Settles when the first signal comes. */
  readonly heard: Promise<Ending>;
  signal: Ending | undefined;
  readonly #close: () => void;

  /** @param signals to listen to */
  constructor(on: Pick<NodeJS.Process, 'on' | 'off' | 'exit'> = process, signals: readonly Ending[] = ['SIGINT', 'SIGTERM']) {
    let tell: (signal: Ending) => void = () => undefined;
    this.heard = new Promise((resolve) => (tell = resolve));
    const onSignal = (signal: NodeJS.Signals): void => {
      // A cluster may send its warning more than once.
      if (this.signal && signal === 'SIGUSR1') return;
      if (this.signal) on.exit(statusOf(this.signal));
      this.signal = signal as Ending;
      tell(this.signal);
    };
    for (const signal of signals) on.on(signal, onSignal);
    this.#close = () => {
      for (const signal of signals) on.off(signal, onSignal);
    };
  }

  /** Restores what signals do by default. */
  close(): void {
    this.#close();
  }
}

/** Ignores EPIPE: a reader that has enough (`| head -1`) closes the pipe, and files are still written. */
export const ignoreClosedPipes = (streams: readonly NodeJS.EventEmitter[]): void => {
  for (const stream of streams)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
};
