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

/** Every node that is on a cycle, with the shortest cycle through it. Nodes that are only behind a cycle are not on it. */
export function cycles(edges: Edges): Map<string, string[]> {
  const all = new Set(edges.keys());
  const sorted = new Set(topological(edges, all));
  const left = new Set([...all].filter((id) => !sorted.has(id)));
  const found = new Map<string, string[]>();
  for (const id of left) {
    const way = wayBack(id, edges, left);
    if (way) found.set(id, way);
  }
  return found;
}
