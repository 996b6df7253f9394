import { Problem } from '$lib/base/problem';
import { turn, whenAborted } from '$lib/base/turn';
import { compute, internal } from './compute';
import { assemble, type Evaluated } from './evaluated';
import { gather, type Gathered } from './gather';
import { hashText } from './hash';
import { pointsOf } from './points';
import type { Kind, Registry } from './kind';
import { Pins, type Entry } from './memory';
import { isBlocked, lastOf, leastSettled, Settled, stoppedState, type Node, type Nodes } from './node';
import { reachable, topological } from './order';
import { plan } from './plan';
import { holdersOf, type Recall } from './recall';
import { lackOf } from './room';
import { missingOptional } from './optional-inputs';
import { warningsKey } from './warnings';
import { Work, type Patience } from './work';

/** How often a node was computed. */
export interface Counts {
  calls: number;
  points: number;
}

/** Milliseconds of work after which the thread yields once, so that an abort is received. */
const SLICE = 12;

/** One traversal of the nodes that are not settled. */
export interface Pass {
  readonly quality: 'coarse' | 'fine';
  /** Whether deferred nodes are computed too. */
  readonly deferred: boolean;
}

/** One run of the graph: visits the nodes that are out of date. At most one node computes at a time. */
export class Wave {
  /** True once a later run or update has taken over. */
  over = false;
  /** The node that is computing. */
  computing: Work | undefined;
  /** Nodes that wait for something outside the graph (a file, a person), each with the promise that ends its wait. */
  readonly #outside = new Map<Node, Promise<unknown>>();
  /** Ends the current wait in `outside`. */
  #wake: () => void = () => undefined;
  /** The pass must be repeated: a node needed a value of which there was only a stand-in. */
  #again = false;
  /** Ids of nodes that may be out of date and that this pass has not visited yet. */
  #pending = new Set<string>();
  #paused = performance.now();

  constructor(
    readonly nodes: Nodes,
    readonly registry: Registry,
    readonly counts: Map<string, Counts>,
    readonly limits: { readonly patience: Patience | undefined; readonly limit: number },
    readonly kept: Recall,
  ) {}

  /** Ends the run: it shows no further results. */
  end(): void {
    this.over = true;
    this.computing?.abandon();
    this.#wake();
  }

  /** Waits until one of the nodes that wait for something outside can go on, or is stopped. False when there is none. */
  async outside(): Promise<boolean> {
    if (this.#outside.size === 0) return false;
    if ([...this.#outside.keys()].some(({ stopped }) => stopped)) return true;
    await Promise.race([...this.#outside.values(), new Promise<void>((resolve) => (this.#wake = resolve))]);
    return true;
  }

  /** The node that computes, and those that wait for something outside. */
  get busy(): Node[] {
    return [...(this.computing ? [this.computing.node] : []), ...this.#outside.keys()];
  }

  /** Visits a node that waits for something outside now, because it was stopped. */
  recall(node: Node): void {
    if (this.#outside.has(node)) this.#wake();
  }

  /** Whether a coarse pass gives other results than a fine one for some node that is out of date. */
  get isGraded(): boolean {
    return this.#someKind(Settled.Coarse, ({ graded }) => graded);
  }

  /** Whether some node that is not done is deferred to the last pass. */
  get isDeferred(): boolean {
    return this.#someKind(Settled.Fine, ({ deferred }) => deferred);
  }

  /** Visits the nodes that are not settled for this pass, and those that depend on them. Returns early when the wave is over. */
  async pass(pass: Pass): Promise<void> {
    do {
      this.#again = false;
      await this.#once(pass);
    } while (this.#repeats);
  }

  get #repeats(): boolean {
    return this.#again && !this.over;
  }

  async #once(pass: Pass): Promise<void> {
    const goal = pass.quality === 'fine' ? Settled.Fine : Settled.Coarse;
    this.#pending = this.#reach(Settled.Coarse);
    for (const id of topological(this.nodes.edges, this.#reach(goal))) {
      const node = this.nodes.get(id);
      this.#pending.delete(id);
      if (node.settled >= goal) continue;
      await this.#visit(node, pass);
      if (performance.now() - this.#paused > SLICE) {
        await turn();
        this.#paused = performance.now();
      }
      if (this.over) return;
    }
  }

  #someKind(goal: Settled, is: (kind: Kind) => boolean | undefined): boolean {
    return [...this.#reach(goal)].some((id) => {
      const kind = this.registry.get(this.nodes.get(id).diagnosed.definition.kind);
      return kind !== undefined && is(kind);
    });
  }

  /** Nodes settled less than `goal` and all that depends on them. */
  #reach(goal: Settled): Set<string> {
    const start = Array.from(this.nodes.all()).filter(([, node]) => node.settled < goal);
    return reachable(
      start.map(([id]) => id),
      this.nodes.dependents,
    );
  }

  async #visit(node: Node, { quality, deferred }: Pass): Promise<void> {
    const { fault, inputs } = node.diagnosed;
    this.#outside.delete(node);
    if (fault) {
      this.nodes.settle(node, Settled.Fine, { status: 'error', problem: fault, ...lastOf(node) }, 'error');
      return;
    }
    const kind = this.#kind(node);
    const sources = inputs.map((id) => this.nodes.get(id));
    const settled = leastSettled(sources.map((source) => source.settled));
    const absent = missingOptional(node, kind, this.nodes);
    const on = inputs.filter((id) => this.nodes.get(id).state.status !== 'ok' && !absent.has(id));
    if (on.length > 0) {
      const blocked = sources.some(({ state }) => isBlocked(state));
      this.nodes.settle(node, settled, { status: 'waiting', on, blocked, ...lastOf(node) }, `waiting ${blocked}`);
      return;
    }
    if (node.stopped) {
      this.#stop(node, settled);
      return;
    }
    const pins = new Pins(this.nodes.memory);
    // No further `await` after the one below: nothing else may run until the state of the node is set.
    try {
      const gathered = gather(node.diagnosed.definition, kind, (id) => (absent.has(id) ? undefined : this.nodes.get(id).shown));
      const planned = plan(kind, gathered, quality, (key) => this.kept.entry(kind, key, pins));
      pins.add(planned.found.values());
      let entries: ReadonlyMap<string, Entry> = planned.found;
      node.lacks = undefined;
      let { failed } = node;
      if (failed?.signature !== planned.signature) failed = this.kept.failed(kind, planned);
      const missing = new Map([...planned.missing].filter(([key]) => !failed?.problems.has(key)));
      if (missing.size > 0) {
        if (failed?.thrown) throw failed.thrown;
        if (kind.deferred && !deferred) {
          // This pass skips it; a later one computes it.
          const coarse = leastSettled([settled, Settled.Coarse]);
          this.nodes.settle(node, coarse, { status: 'waiting', on: [], blocked: false, ...lastOf(node) }, 'waiting false');
          return;
        }
        const lacking = this.kept.lacking(kind, gathered, missing);
        if (lacking.size > 0) {
          this.#askFor(node, lacking);
          return;
        }
        const room = { memory: this.nodes.memory, limit: this.limits.limit };
        const lack = lackOf(node, kind, gathered, missing, planned.found, room);
        node.lacks = lack?.bytes;
        if (lack) throw lack.problem;
        const { done, work, own } = this.#start(node, kind, gathered, missing, kind.graded ? quality : 'fine');
        const outcome = await Promise.race([done, whenAborted(work.signal)]);
        this.computing = undefined;
        work.end();
        if (!outcome || work.signal.aborted) {
          // A result that comes later is kept in memory, but nobody waits for it.
          void done.then(() => own.release());
          if (!this.over) this.#stop(node, settled);
          return;
        }
        pins.add(outcome.entries.values());
        own.release();
        const { thrown, pending } = outcome;
        if (pending) {
          this.#outside.set(node, pending.until);
          // It stays unsettled, so that every pass visits it again, and the run does so before it ends.
          this.nodes.settle(node, Settled.No, { status: 'computing', progress: 0, ...lastOf(node) }, 'waiting false');
          return;
        }
        failed = { signature: planned.signature, problems: new Map([...(failed?.problems ?? []), ...outcome.problems]), thrown };
        node.failed = thrown || failed.problems.size > 0 ? failed : undefined;
        if (thrown) throw thrown;
        entries = new Map([...planned.found, ...outcome.entries]);
      } else node.failed = failed;
      const { definition } = node.diagnosed;
      const points = pointsOf(definition.title ?? definition.id, gathered, planned.keys, entries, failed?.problems ?? new Map());
      const { coarse } = planned;
      const { incomplete } = gathered;
      this.#finish(node, settled, assemble(kind, definition, gathered, points, { coarse, incomplete }));
    } catch (error) {
      // Any other error is a bug. It is shown at this node, and the other nodes are computed.
      this.#fail(node, quality, settled, error instanceof Problem ? error : internal(kind, error));
    } finally {
      pins.release();
    }
  }

  /** The inputs of a node that have the values under these keys are visited again, before the node. */
  #askFor(node: Node, keys: ReadonlySet<string>): void {
    const on = holdersOf(keys, node, this.nodes);
    for (const id of on) this.nodes.get(id).settled = Settled.No;
    this.#again = true;
    this.nodes.settle(node, Settled.No, { status: 'waiting', on, blocked: false, ...lastOf(node) }, 'waiting false');
  }

  #stop(node: Node, settled: Settled): void {
    this.nodes.settle(node, settled, stoppedState(node), 'stopped');
  }

  #fail(node: Node, quality: 'coarse' | 'fine', settled: Settled, problem: Problem): void {
    // A node that fails in a coarse pass may succeed in a fine one.
    const mayYet = quality === 'coarse' && this.#kind(node).graded;
    this.nodes.settle(node, mayYet ? Settled.Coarse : settled, { status: 'error', problem, ...lastOf(node) }, 'error');
  }

  #kind(node: Node): Kind {
    return this.registry.get(node.diagnosed.definition.kind) as Kind;
  }

  #finish(node: Node, settled: Settled, evaluated: Evaluated): void {
    const { hash, coarse, incomplete, warnings } = evaluated.result;
    const { shown } = node;
    const warned = warningsKey(warnings);
    const same =
      shown?.result.hash === hash &&
      shown.result.coarse === coarse &&
      shown.result.incomplete === incomplete &&
      warningsKey(shown.result.warnings) === warned &&
      evaluated.entries.every((entry, i) => entry === shown.entries[i]);
    // An unchanged result is not shown again.
    const result = same ? shown.result : evaluated.result;
    if (!same) this.nodes.show(node, evaluated);
    this.nodes.settle(
      node,
      leastSettled([settled, coarse ? Settled.Coarse : Settled.Fine]),
      { status: 'ok', result },
      // Warnings are not in the hash: nodes that use the value take new warnings without another computation.
      `ok ${hash} ${coarse} ${incomplete}${warned && ` ${hashText(warned)}`}`,
    );
  }

  /** Starts to compute the missing points. The work has pins of its own: its inputs must stay in memory until it ends, even if nobody waits for it. */
  #start(node: Node, kind: Kind, gathered: Gathered, missing: ReadonlyMap<string, number>, quality: 'coarse' | 'fine') {
    const { id } = node.diagnosed.definition;
    this.#announce(id);
    node.partial = undefined;
    const work = new Work(node, this.nodes, this.limits.patience);
    this.computing = work;
    const counts = this.counts.get(id) ?? { calls: 0, points: 0 };
    this.counts.set(id, { calls: counts.calls + 1, points: counts.points + missing.size });
    const own = new Pins(this.nodes.memory);
    own.add(gathered.entries);
    return {
      done: compute(kind, gathered, missing, work.context(quality), { node: id, pins: own, archive: this.kept.archive }),
      work,
      own,
    };
  }

  /** Before the first computation of a pass: sets all nodes that may change to `waiting`. */
  #announce(computing: string): void {
    const pending = new Set(this.#pending).add(computing);
    for (const id of this.#pending) {
      const node = this.nodes.get(id);
      if (node.diagnosed.fault) continue;
      node.settled = Settled.No;
      const on = node.diagnosed.inputs.filter((input) => pending.has(input));
      this.nodes.publish(node, { status: 'waiting', on, blocked: false, ...lastOf(node) });
    }
    this.#pending.clear();
  }
}
