import type { Archive } from './archive';
import type { Steps } from '$lib/base/steps';
import { diagnose, diagnosing, type Diagnosed } from './diagnose';
import { present } from './evaluated';
import type { NodeDefinition, NodeState, Registry } from './kind';
import { ResultMemory } from './memory';
import { lastOf, Nodes, type Node, Settled, stoppedState } from './node';
import { reachable } from './order';
import { Recall } from './recall';
import { pointKey } from './stand-in';
import { Wave, type Counts, type Pass } from './wave';
import type { Patience } from './work';

export interface GraphOptions {
  /** What remembered values may cost, as far as what is shown or in use allows. */
  readonly budgetBytes: number;
  /** What values may cost together whose kinds tell what they need (`Kind.needs`); not given: without limit. */
  readonly limitBytes?: number;
  /** Told of every change of state, at once; must not call back into the graph. */
  readonly onChange?: (id: string, state: NodeState) => void;
  /** When a person is asked whether to go on with a long computation; absent: never. */
  readonly patience?: Patience;
  /** Where results are kept beyond the life of the graph, and taken from. */
  readonly archive?: Archive | undefined;
}

export interface RunOptions {
  /** `['coarse', 'fine']` for a quick answer first, `['fine']` for the answer only. */
  readonly passes: readonly ('coarse' | 'fine')[];
  readonly signal?: AbortSignal;
}

/** The ways through the nodes that a run takes, each decided on when the one before is done. */
function* waysOf(passes: RunOptions['passes'], wave: Wave): Generator<Pass> {
  const stepwise = passes.includes('coarse');
  for (const [i, quality] of passes.entries()) {
    if (quality === 'coarse') {
      if (wave.isGraded || !passes.includes('fine', i)) yield { quality, deferred: false };
    } else {
      if (stepwise && wave.isDeferred) yield { quality, deferred: false };
      yield { quality, deferred: true };
    }
  }
}

/**
 * The reactive graph: nodes that take from one another, results remembered under the hash of all they depend on.
 * It knows nothing of what it computes (see `Kind`). Problems are states of nodes; what is thrown is a bug of the caller.
 */
export class Graph {
  readonly #memory: ResultMemory;
  readonly #nodes: Nodes;
  readonly #patience: Patience | undefined;
  readonly #limit: number;
  readonly #counts = new Map<string, Counts>();
  readonly #recall: Recall;
  #wave: Wave | undefined;

  constructor(
    readonly registry: Registry,
    { budgetBytes, limitBytes = Infinity, onChange, patience, archive }: GraphOptions,
  ) {
    this.#patience = patience;
    this.#limit = limitBytes;
    this.#memory = new ResultMemory(budgetBytes);
    this.#recall = new Recall(this.#memory, archive);
    this.#nodes = new Nodes(this.#memory, (id, state) => onChange?.(id, state));
  }

  /** What all remembered values cost. */
  get bytes(): number {
    return this.#memory.bytes;
  }

  /** How many values are remembered. */
  get remembered(): number {
    return this.#memory.size;
  }

  /**
   * Replaces all nodes. Only those whose definition differs from before, and what depends on them, will be visited by the next run;
   * until then the others keep their states. A run going on is overtaken. Throws when two definitions have the same id.
   * @param diagnosed what `prepare` came to, where that was called before
   */
  update(definitions: readonly NodeDefinition[], diagnosed: ReadonlyMap<string, Diagnosed> = diagnose(definitions, this.registry)): void {
    this.#overtake();
    const edited = this.#nodes.replace(diagnosed);
    for (const id of edited) this.#nodes.get(id).settled = Settled.No;
    this.#nodes.rouse(this.#limit);
    // Who edits what a stopped node depends on wants to see it.
    for (const id of reachable(edited, this.#nodes.dependents)) {
      const node = this.#nodes.get(id);
      if (node.stopped) this.#free(node);
    }
  }

  /** Looks through definitions for an `update`, in steps, while everything goes on as it is. */
  prepare(definitions: readonly NodeDefinition[]): Steps<ReadonlyMap<string, Diagnosed>> {
    return diagnosing(definitions, this.registry);
  }

  /** Evaluates what is out of date. True when it ran to the end, false when a later `update` or `run`, or `signal`, cut it short. */
  async run({ passes, signal }: RunOptions): Promise<boolean> {
    this.#overtake();
    if (signal?.aborted) return false;
    const wave = new Wave(this.#nodes, this.registry, this.#counts, { patience: this.#patience, limit: this.#limit }, this.#recall);
    this.#wave = wave;
    const abort = (): void => {
      if (this.#wave === wave) this.#overtake();
    };
    signal?.addEventListener('abort', abort);
    try {
      do {
        for (const way of waysOf(passes, wave)) {
          await wave.pass(way);
          if (wave.over) return false;
        }
        // What was visited later may have made room for what came before it.
        while (this.#nodes.rouse(this.#limit)) {
          await wave.pass({ quality: passes.at(-1) ?? 'fine', deferred: true });
          if (wave.over) return false;
        }
      } while ((await wave.outside()) && !wave.over);
      return !wave.over;
    } finally {
      signal?.removeEventListener('abort', abort);
      if (this.#wave === wave) this.#wave = undefined;
    }
  }

  /** Stops one node, or all that are not done; what depends on them waits, all else goes on. An edit or `resume` undoes it. */
  stop(id?: string): void {
    const computing = this.#wave?.computing;
    for (const [at, node] of this.#nodes.all()) {
      if ((id !== undefined && at !== id) || node.settled === Settled.Fine || node.diagnosed.fault) continue;
      node.stopped = true;
      if (computing?.node === node) computing.stop();
      else if (!this.#wave) this.#nodes.publish(node, stoppedState(node));
      else this.#wave.recall(node);
    }
  }

  /** What was stopped, one node or all, is computed by the next run; of what was stopped to ask, this is the answer. */
  resume(id?: string): void {
    for (const [at, node] of this.#nodes.all()) {
      if (!node.stopped || (id !== undefined && at !== id)) continue;
      if (node.asks !== undefined) node.allowed = Math.max(node.allowed, node.asks);
      this.#free(node);
    }
  }

  /** What failed, though nothing was edited, is tried again by the next run: the network may be back. */
  retry(): void {
    for (const [, node] of this.#nodes.all()) {
      if (!node.failed) continue;
      node.failed = undefined;
      node.settled = Settled.No;
    }
  }

  /** The node that is being computed. */
  get computing(): string | undefined {
    return this.#wave?.computing?.node.diagnosed.definition.id;
  }

  state(id: string): NodeState | undefined {
    return this.#nodes.find(id)?.state;
  }

  /** How often a node of this id was computed, and how many points that were. */
  counts(id: string): Readonly<Counts> {
    return this.#counts.get(id) ?? { calls: 0, points: 0 };
  }

  /** Under which keys the points are known that the values of all nodes have now, also those that came from an archive. */
  pointKeys(): Set<string> {
    const shown = [...this.#nodes.all()].flatMap(([, node]) => present(node.shown?.entries ?? []));
    return new Set(shown.map(({ key }) => pointKey(key)));
  }

  /** Forgets every value that is neither shown nor in use. */
  forget(): void {
    this.#memory.forget();
  }

  /** Ends everything and disposes of every value; one still being computed is disposed of when it comes. */
  dispose(): void {
    this.#overtake();
    this.#nodes.replace(new Map());
    this.#memory.close();
  }

  #free(node: Node): void {
    node.stopped = false;
    node.asks = undefined;
    node.partial = undefined;
    node.settled = Settled.No;
  }

  #overtake(): void {
    const busy = this.#wave?.busy ?? [];
    this.#wave?.end();
    this.#wave = undefined;
    for (const node of busy) this.#nodes.publish(node, { status: 'waiting', on: [], blocked: false, ...lastOf(node) });
  }
}
