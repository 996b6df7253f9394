/** What each node takes from, by id. Iteration order is document order. */
export type Edges = ReadonlyMap<string, readonly string[]>;

/** The arrows turned round: who takes from each node. Names of nodes that are not there are left out. */
export function reversed(edges: Edges): Map<string, string[]> {
  const dependents = new Map<string, string[]>(Array.from(edges.keys(), (id) => [id, []]));
  for (const [id, inputs] of edges) for (const input of inputs) dependents.get(input)?.push(id);
  return dependents;
}

/** The nodes named and all that can be reached from them along `arrows`. */
export function reachable(from: Iterable<string>, arrows: Edges): Set<string> {
  const seen = new Set<string>(from);
  // A set grows while it is walked, so this is the breadth-first search.
  for (const id of seen) for (const next of arrows.get(id) ?? []) seen.add(next);
  return seen;
}

/** Keeps a list of numbers sorted. */
function insert(sorted: number[], value: number): void {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) < value) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, value);
}

/**
 * The nodes of `among`, each after those of its inputs that are in `among` too, and in document order where the choice is free.
 * What is on a cycle or behind one is left over: it is not in the answer.
 */
export function topological(edges: Edges, among: ReadonlySet<string>): string[] {
  const ids = [...edges.keys()].filter((id) => among.has(id));
  const place = new Map(ids.map((id, i) => [id, i]));
  const missing = ids.map((id) => (edges.get(id) ?? []).filter((input) => place.has(input)).length);
  const dependents = reversed(new Map(ids.map((id) => [id, edges.get(id) ?? []])));
  const ready = ids.map((_, i) => i).filter((i) => missing[i] === 0);
  const order: string[] = [];
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    const id = ids[next] as string;
    order.push(id);
    for (const dependent of dependents.get(id) ?? []) {
      const at = place.get(dependent) as number;
      const left = (missing[at] ?? 0) - 1;
      missing[at] = left;
      if (left === 0) insert(ready, at);
    }
  }
  return order;
}

/** The shortest way from a node along its inputs back to itself, both ends named: `[a, b, a]`. */
function wayBack(start: string, edges: Edges, among: ReadonlySet<string>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const id of queue) {
    for (const input of edges.get(id) ?? []) {
      if (input === start) {
        const way = [id, start];
        for (let at = id; at !== start;) way.unshift((at = cameFrom.get(at) as string));
        return way;
      }
      if (!among.has(input) || cameFrom.has(input)) continue;
      cameFrom.set(input, id);
      queue.push(input);
    }
  }
  return undefined;
}

/**
 * The strongly connected components of the nodes `among`, each a list of ids (Tarjan's algorithm, without recursion): what can reach one
 * another. Linear in nodes and edges.
 */
function components(edges: Edges, among: ReadonlySet<string>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const found: string[][] = [];
  const enter = (id: string): { id: string; inputs: string[]; next: number } => {
    index.set(id, index.size);
    low.set(id, index.get(id) ?? 0);
    stack.push(id);
    onStack.add(id);
    return { id, inputs: (edges.get(id) ?? []).filter((input) => among.has(input)), next: 0 };
  };
  for (const root of among) {
    if (index.has(root)) continue;
    const path = [enter(root)];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const input = top.inputs[top.next++];
      if (input === undefined) {
        path.pop();
        const parent = path.at(-1);
        if (parent) low.set(parent.id, Math.min(low.get(parent.id) ?? 0, low.get(top.id) ?? 0));
        if (low.get(top.id) === index.get(top.id)) {
          const component = stack.splice(stack.lastIndexOf(top.id));
          for (const id of component) onStack.delete(id);
          found.push(component);
        }
      } else if (!index.has(input)) path.push(enter(input));
      else if (onStack.has(input)) low.set(top.id, Math.min(low.get(top.id) ?? 0, index.get(input) ?? 0));
    }
  }
  return found;
}

/** Looking for the way back of each of more nodes than this would take longer than anybody reads it. */
const MOST_WAYS = 100;

/**
 * Every node that is on a cycle, with a cycle through it or beside it: its own shortest one where few nodes are entangled, else that of
 * the first of them, for all the same list. Nodes that are only behind a cycle are not on it.
 */
export function cycles(edges: Edges): Map<string, readonly string[]> {
  const all = new Set(edges.keys());
  const sorted = new Set(topological(edges, all));
  const left = new Set([...all].filter((id) => !sorted.has(id)));
  const found = new Map<string, readonly string[]>();
  for (const component of components(edges, left)) {
    const inside = new Set(component);
    let shared: readonly string[] | undefined;
    for (const id of component) {
      const way = shared ?? wayBack(id, edges, inside);
      if (way) found.set(id, way);
      if (component.length > MOST_WAYS) shared = way;
    }
  }
  return found;
}
