import { nodesOf } from './diagnose';
import type { Kind } from './kind';
import { isBlocked, type Node, type Nodes } from './node';

/** The inputs that are not there yet, and without which the node can do for the time being. */
export function missingOptional(node: Node, kind: Kind, all: Nodes): ReadonlySet<string> {
  const isMissing = (id: string): boolean => {
    const { state } = all.get(id);
    return state.status !== 'ok' && !isBlocked(state);
  };
  const given = Object.entries(node.diagnosed.definition.inputs).map(([name, input]) => ({ name, nodes: nodesOf(input) }));
  const optional = given.filter(({ name, nodes }) => kind.optional?.includes(name) && !nodes.every(isMissing));
  const needed = new Set(given.filter((one) => !optional.includes(one)).flatMap(({ nodes }) => nodes));
  return new Set(optional.flatMap(({ nodes }) => nodes).filter((id) => isMissing(id) && !needed.has(id)));
}
