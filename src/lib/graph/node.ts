import type { Problem } from '$lib/base/problem';
import type { Diagnosed } from './diagnose';
import { present, type Evaluated } from './evaluated';
import type { NodeState, Result } from './kind';
import type { ResultMemory } from './memory';
import { reversed } from './order';

/** How far a node is: to be visited by every pass, by the fine pass only, or by none until something changes. */
export enum Settled {
  No,
  Coarse,
  Fine,
}

/** The least far of several; `Fine` of none. */
export const leastSettled = (all: readonly Settled[]): Settled => all.reduce((least, one) => (one < least ? one : least), Settled.Fine);

/** A node of the graph as it stands. */
export interface Node {
  diagnosed: Diagnosed;
  settled: Settled;
  state: NodeState;
  /** The last good value; pinned. It is the value itself while the state is `ok`. */
  shown: Evaluated | undefined;
  /** What dependents saw at the last visit; when it changes they are visited. */
  outcome: string;
  /** What failed of the last computation, and under which keys: the same is not tried again. */
  failed: Failed | undefined;
  /** Bytes that it would have added to those in use, beyond the limit. */
  lacks: number | undefined;
  stopped: boolean;
  /** How many seconds more it would have taken when it was stopped to ask a person. */
  asks: number | undefined;
  /** A computation of up to so many seconds has been allowed by a person. */
  allowed: number;
  /** What its kind had to show when it was stopped. */
  partial: unknown;
}

/** What failed of a computation: single points by their keys, or all. */
export interface Failed {
  readonly signature: string;
  readonly problems: ReadonlyMap<string, Problem>;
  readonly thrown: Problem | undefined;
}

/** The last good value of a node, as a state carries it. */
export const lastOf = ({ shown }: Node): { readonly last?: Result } => (shown ? { last: shown.result } : {});

/** The state of a node that was stopped. */
export const stoppedState = (node: Node): NodeState => ({
  status: 'stopped',
  ...(node.asks !== undefined && { asks: node.asks }),
  ...(node.partial !== undefined && { partial: node.partial }),
  ...lastOf(node),
});

/** Whether an input in this state stays as it is until somebody edits. */
export const isBlocked = (state: NodeState): boolean => state.status === 'error' || (state.status === 'waiting' && state.blocked);

/** All nodes, in document order, with their states. */
export class Nodes {
  readonly #nodes = new Map<string, Node>();
  #dependents = new Map<string, string[]>();

  constructor(
    readonly memory: ResultMemory,
    readonly onChange: (id: string, state: NodeState) => void,
  ) {}

  get dependents(): ReadonlyMap<string, readonly string[]> {
    return this.#dependents;
  }

  /** Ids and what they take from. */
  get edges(): Map<string, readonly string[]> {
    return new Map(Array.from(this.#nodes, ([id, node]) => [id, node.diagnosed.inputs]));
  }

  all(): Iterable<[string, Node]> {
    return this.#nodes;
  }

  find(id: string): Node | undefined {
    return this.#nodes.get(id);
  }

  get(id: string): Node {
    const node = this.#nodes.get(id);
    if (!node) throw new Error(`there is no node ${id}`);
    return node;
  }

  /** Takes over new definitions; the answer is the ids of those that were edited or are new. */
  replace(diagnosed: ReadonlyMap<string, Diagnosed>): string[] {
    const before = new Map(this.#nodes);
    const edited: string[] = [];
    this.#nodes.clear();
    for (const [id, one] of diagnosed) {
      const known = before.get(id);
      const node = known ?? blank(one);
      this.#nodes.set(id, node);
      if (!known || known.diagnosed.identity !== one.identity) edited.push(id);
      const sameKind = node.diagnosed.definition.kind === one.definition.kind;
      node.diagnosed = one;
      // The old value of another kind of node would be shown as what it is not.
      if (!sameKind) this.show(node, undefined);
      if (!known || !sameKind) this.publish(node, { status: 'waiting', on: [], blocked: false });
    }
    for (const [id, node] of before) if (!diagnosed.has(id)) this.show(node, undefined);
    this.#dependents = reversed(this.edges);
    return edited;
  }

  /** Sets the last good value. */
  show(node: Node, evaluated: Evaluated | undefined): void {
    const before = node.shown;
    node.shown = evaluated;
    for (const entry of present(evaluated?.entries ?? [])) this.memory.pin(entry);
    for (const entry of present(before?.entries ?? [])) this.memory.unpin(entry);
  }

  /** Has the nodes visited again for which there was no room and is now. True when there are any. */
  rouse(limit: number): boolean {
    let any = false;
    for (const node of this.#nodes.values()) {
      if (node.lacks === undefined || !(this.memory.limited + node.lacks <= limit)) continue;
      node.lacks = undefined;
      node.settled = Settled.No;
      any = true;
    }
    return any;
  }

  publish(node: Node, state: NodeState): void {
    node.state = state;
    this.onChange(node.diagnosed.definition.id, state);
  }

  /** Ends a visit. Dependents have to be visited when what they see is not what they saw. */
  settle(node: Node, settled: Settled, state: NodeState, outcome: string): void {
    node.settled = settled;
    if (node.outcome !== outcome) {
      node.outcome = outcome;
      for (const id of this.#dependents.get(node.diagnosed.definition.id) ?? []) this.get(id).settled = Settled.No;
    }
    const same = state.status === 'ok' && node.state.status === 'ok' && state.result === node.state.result;
    if (!same) this.publish(node, state);
  }
}

const blank = (diagnosed: Diagnosed): Node => ({
  diagnosed,
  settled: Settled.No,
  state: { status: 'waiting', on: [], blocked: false },
  shown: undefined,
  outcome: '',
  failed: undefined,
  lacks: undefined,
  stopped: false,
  asks: undefined,
  allowed: 0,
  partial: undefined,
});
