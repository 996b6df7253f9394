import { Problem } from '$lib/base/problem';
import { compute } from './compute';
import { assemble, type Evaluated } from './evaluated';
import { gather, type Gathered } from './gather';
import { hash, hashText } from './hash';
import type { Kind, Registry } from './kind';
import { Hold, type Entry } from './memory';
import { lastOf, leastSettled, Settled, type Node, type Nodes } from './node';
import { reachable, topological } from './order';

/** How often a node was computed. */
export interface Counts {
  calls: number;
  points: number;
}

/** After so many milliseconds without a pause the thread is given back for a moment, so that aborts are heard. */
const SLICE = 12;

const whenAborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));

/** For every point its key, what is remembered, and what is not (key → first point that needs it). */
function plan(kind: Kind, gathered: Gathered, quality: 'coarse' | 'fine', nodes: Nodes) {
  const keys: string[] = [];
  const found = new Map<string, Entry>();
  const missing = new Map<string, number>();
  let coarse = gathered.coarse;
  for (let point = 0; point < gathered.size; point++) {
    let key = gathered.key(point, 'fine');
    let entry = nodes.memory.get(key);
    // What is remembered fine is taken in the coarse pass too, point by point.
    if (!entry && kind.graded && quality === 'coarse') {
      key = gathered.key(point, 'coarse');
      entry = nodes.memory.get(key);
      coarse = true;
    }
    keys.push(key);
    if (entry) found.set(key, entry);
    else if (!missing.has(key)) missing.set(key, point);
  }
  const axes = gathered.axes.map(({ name, values }) => [name, values]);
  return { keys, found, missing, coarse, signature: hashText(`${hash(axes)} ${keys.join(' ')}`) };
}

/** One run over what has to be visited; at most one node computes at a time. */
export class Wave {
  /** True once a later run or update has taken over. */
  over = false;
  /** The node that is computing, and how to stop it. */
  computing: { readonly node: Node; readonly controller: AbortController } | undefined;
  /** Ids of this pass that are not yet visited and may be out of date. */
  #pending = new Set<string>();
  #paused = performance.now();

  constructor(
    readonly nodes: Nodes,
    readonly registry: Registry,
    readonly counts: Map<string, Counts>,
  ) {}

  /** Nothing more is shown by this wave. */
  end(): void {
    this.over = true;
    this.computing?.controller.abort();
  }

  /** True when some node whose result depends on the quality has to be visited in a coarse pass. */
  get isGraded(): boolean {
    const kindOf = (id: string) => this.registry.get(this.nodes.get(id).diagnosed.definition.kind);
    return [...this.#reach(Settled.Coarse)].some((id) => kindOf(id)?.graded);
  }

  /** Visits what is not settled for this quality and what depends on it. Returns early when the wave is over. */
  async pass(quality: 'coarse' | 'fine'): Promise<void> {
    const goal = quality === 'fine' ? Settled.Fine : Settled.Coarse;
    this.#pending = this.#reach(Settled.Coarse);
    for (const id of topological(this.nodes.edges, this.#reach(goal))) {
      const node = this.nodes.get(id);
      this.#pending.delete(id);
      if (node.settled >= goal) continue;
      await this.#visit(node, quality);
      if (performance.now() - this.#paused > SLICE) {
        await new Promise((resolve) => setTimeout(resolve));
        this.#paused = performance.now();
      }
      if (this.over) return;
    }
  }

  /** Nodes settled less than `goal` and all that depends on them. */
  #reach(goal: Settled): Set<string> {
    const start = Array.from(this.nodes.all()).filter(([, node]) => node.settled < goal);
    return reachable(
      start.map(([id]) => id),
      this.nodes.dependents,
    );
  }

  async #visit(node: Node, quality: 'coarse' | 'fine'): Promise<void> {
    const { fault, inputs } = node.diagnosed;
    if (fault) {
      this.nodes.settle(node, Settled.Fine, { status: 'error', problem: fault, ...lastOf(node) }, 'error');
      return;
    }
    const sources = inputs.map((id) => this.nodes.get(id));
    const settled = leastSettled(sources.map((source) => source.settled));
    const on = inputs.filter((id) => this.nodes.get(id).state.status !== 'ok');
    if (on.length > 0) {
      const blocked = sources.some(({ state }) => state.status === 'error' || (state.status === 'waiting' && state.blocked));
      this.nodes.settle(node, settled, { status: 'waiting', on, blocked, ...lastOf(node) }, `waiting ${blocked}`);
      return;
    }
    if (node.stopped) {
      this.#stop(node, settled);
      return;
    }
    const hold = new Hold(this.nodes.memory);
    // No other `await` than the one below: between it and the last word about the node nothing else may run.
    try {
      const kind = this.#kind(node);
      const gathered = gather(node.diagnosed.definition, kind, (id) => this.nodes.get(id).shown as Evaluated);
      const planned = plan(kind, gathered, quality, this.nodes);
      hold.add(planned.found.values());
      let entries: ReadonlyMap<string, Entry> = planned.found;
      if (planned.missing.size > 0) {
        if (node.failed?.signature === planned.signature) throw node.failed.problem;
        const { work, signal, own } = this.#start(node, kind, gathered, planned.missing, kind.graded ? quality : 'fine');
        const outcome = await Promise.race([work, whenAborted(signal)]);
        this.computing = undefined;
        if (!outcome || signal.aborted) {
          // Whatever comes of it later is remembered, but not waited for.
          void work.then(() => own.release());
          if (!this.over) this.#stop(node, settled);
          return;
        }
        hold.add(outcome.entries.values());
        own.release();
        if (outcome.problem) {
          node.failed = { signature: planned.signature, problem: outcome.problem };
          throw outcome.problem;
        }
        entries = new Map([...planned.found, ...outcome.entries]);
      }
      node.failed = undefined;
      const points = planned.keys.map((key) => entries.get(key) as Entry);
      this.#finish(node, settled, assemble(kind, node.diagnosed.definition.axisName, gathered.axes, points, planned.coarse));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#fail(node, quality, settled, error);
    } finally {
      hold.release();
    }
  }

  #stop(node: Node, settled: Settled): void {
    this.nodes.settle(node, settled, { status: 'stopped', ...lastOf(node) }, 'stopped');
  }

  #fail(node: Node, quality: 'coarse' | 'fine', settled: Settled, problem: Problem): void {
    // What fails coarse may do fine.
    const mayYet = quality === 'coarse' && this.#kind(node).graded;
    this.nodes.settle(node, mayYet ? Settled.Coarse : settled, { status: 'error', problem, ...lastOf(node) }, 'error');
  }

  #kind(node: Node): Kind {
    return this.registry.get(node.diagnosed.definition.kind) as Kind;
  }

  #finish(node: Node, settled: Settled, evaluated: Evaluated): void {
    const { hash, coarse } = evaluated.result;
    const { shown } = node;
    const same =
      shown?.result.hash === hash && shown.result.coarse === coarse && evaluated.entries.every((entry, i) => entry === shown.entries[i]);
    // The very same again is not shown anew.
    const result = same ? shown.result : evaluated.result;
    if (!same) this.nodes.show(node, evaluated);
    this.nodes.settle(
      node,
      leastSettled([settled, coarse ? Settled.Coarse : Settled.Fine]),
      { status: 'ok', result },
      `ok ${hash} ${coarse}`,
    );
  }

  /** Starts computing the missing points. The work has its own pins, for its inputs must last until it ends, waited for or not. */
  #start(node: Node, kind: Kind, gathered: Gathered, missing: ReadonlyMap<string, number>, quality: 'coarse' | 'fine') {
    const { id } = node.diagnosed.definition;
    this.#announce(id);
    const controller = new AbortController();
    const { signal } = controller;
    this.computing = { node, controller };
    let told = 0;
    const progress = (fraction: number): void => {
      if (signal.aborted || this.computing?.controller !== controller || !(fraction >= told + 0.01)) return;
      told = Math.min(fraction, 1);
      this.nodes.publish(node, { status: 'computing', progress: told, ...lastOf(node) });
    };
    this.nodes.publish(node, { status: 'computing', progress: 0, ...lastOf(node) });
    const counts = this.counts.get(id) ?? { calls: 0, points: 0 };
    this.counts.set(id, { calls: counts.calls + 1, points: counts.points + missing.size });
    const own = new Hold(this.nodes.memory);
    own.add(gathered.entries);
    return { work: compute(kind, gathered, missing, { signal, quality, progress }, own), signal, own };
  }

  /** Before the first computation of a pass: all that may change is waiting from now on. */
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
