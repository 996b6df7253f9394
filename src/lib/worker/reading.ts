import { atOnce, type Steps } from '$lib/base/steps';
import { compiling } from '$lib/cells/compile/compile';
import type { Program } from '$lib/cells/compile/program';
import { kinds } from '$lib/cells/registry';
import { inTurns } from '$lib/data/in-turns';
import type { Diagnosed } from '$lib/graph/diagnose';
import type { Graph } from '$lib/graph/graph';
import { LONG, parse, readAhead } from '$lib/sheet/parse';

/** A text ready to be evaluated. */
export interface Read {
  readonly program: Program;
  readonly diagnosed: ReadonlyMap<string, Diagnosed>;
}

function* reading(text: string, graph: Graph): Steps<Read> {
  yield* readAhead(text);
  const program = yield* compiling(parse(text), kinds);
  return { program, diagnosed: yield* graph.prepare(program.nodes) };
}

/** Finds out all about a text before anything of the one before is given up: a short one at once, a long one in turns. */
export class Reader {
  #latest = new AbortController();
  #ended: Promise<unknown> | undefined;

  constructor(readonly graph: Graph) {}

  /** Undefined when another text was asked for meanwhile, or this one is not wanted any more. */
  read(text: string, signal?: AbortSignal): Read | Promise<Read | undefined> {
    this.stop();
    if (text.length <= LONG) return atOnce(reading(text, this.graph));
    const mine = new AbortController();
    this.#latest = mine;
    const read = inTurns(reading(text, this.graph), { signal: mine.signal, progress: () => undefined }).then(
      (found) => (mine.signal.aborted || signal?.aborted ? undefined : found),
      (error: unknown) => {
        if (mine.signal.aborted) return undefined;
        throw error;
      },
    );
    const ended = read
      .catch(() => undefined)
      .finally(() => {
        if (this.#ended === ended) this.#ended = undefined;
      });
    this.#ended = ended;
    return read;
  }

  /** Settles when what is being read has been read; undefined when that is nothing. */
  get ended(): Promise<unknown> | undefined {
    return this.#ended;
  }

  /** What is being read is not wanted any more. */
  stop(): void {
    this.#latest.abort();
    this.#ended = undefined;
  }
}
