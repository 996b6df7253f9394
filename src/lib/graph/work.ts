import type { ComputeContext } from './kind';
import { lastOf, type Node, type Nodes } from './node';

/** When a person is asked before a long computation goes on. */
export interface Patience {
  /** Seconds of work after which the speed is known well enough. */
  readonly after: number;
  /** Seconds still to go that nobody need be asked about. */
  readonly most: number;
}

/** Milliseconds after which a small progress is told too. */
const mostSilence = 500;

/** One node being computed: how it is stopped, and what it tells meanwhile. */
export class Work {
  readonly #controller = new AbortController();
  readonly #began = performance.now();
  /** The progress first told, and when: what goes before it (compiling, continuing from what was kept) says nothing of the speed. */
  #first: { readonly progress: number; readonly at: number } | undefined;
  #progress = 0;
  #secondsLeft: number | undefined;
  #partial: unknown;
  #published = 0;
  #over = false;

  constructor(
    readonly node: Node,
    readonly nodes: Nodes,
    readonly patience: Patience | undefined,
  ) {
    this.#publish();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Nothing more is told of it. */
  end(): void {
    this.#over = true;
  }

  /** Ends it before its time. */
  abandon(): void {
    this.#controller.abort();
  }

  /** The same, and the node keeps what there is to show. */
  stop(): void {
    this.node.partial = this.#partial;
    this.abandon();
  }

  /** What the kind computes with. */
  context(quality: 'coarse' | 'fine'): ComputeContext {
    return {
      signal: this.signal,
      quality,
      progress: (fraction) => {
        this.#tell(fraction);
      },
      show: (partial) => {
        if (!this.#goesOn) return;
        this.#partial = partial;
        this.#publish();
      },
    };
  }

  #tell(fraction: number): void {
    if (!this.#goesOn) return;
    const at = performance.now();
    const first = (this.#first ??= { progress: fraction, at });
    const worked = (at - first.at) / 1000;
    const secondsLeft = fraction > first.progress ? (worked * Math.max(0, 1 - fraction)) / (fraction - first.progress) : undefined;
    if (secondsLeft !== undefined && this.#mustAsk(worked, secondsLeft)) {
      this.node.asks = secondsLeft;
      this.node.stopped = true;
      this.stop();
      return;
    }
    if (!(fraction >= this.#progress + 0.01) && !(at > this.#published + mostSilence)) return;
    this.#progress = Math.min(Math.max(fraction, this.#progress), 1);
    this.#secondsLeft = secondsLeft;
    this.#publish();
  }

  #mustAsk(worked: number, left: number): boolean {
    if (!this.patience || worked < this.patience.after || left <= this.patience.most) return false;
    return (performance.now() - this.#began) / 1000 + left > 2 * this.node.allowed;
  }

  get #goesOn(): boolean {
    return !this.#over && !this.signal.aborted;
  }

  #publish(): void {
    this.#published = performance.now();
    this.nodes.publish(this.node, {
      status: 'computing',
      progress: this.#progress,
      ...(this.#secondsLeft !== undefined && { secondsLeft: this.#secondsLeft }),
      ...(this.#partial !== undefined && { partial: this.#partial }),
      ...lastOf(this.node),
    });
  }
}
