import type { Program } from '$lib/cells/compile/program';
import { kinds } from '$lib/cells/registry';
import type { Input, NodeDefinition } from '$lib/graph/kind';

/** What can be said of a node before anything is computed. */
export interface Dependence {
  /** Names of the axes that its points vary over, except those that only the computed value brings (the axis of a history, for example). */
  readonly axes: ReadonlySet<string>;
  /** It, or something it depends on, needs all values of one of the axes asked about at once: it cannot be computed on a part of the axis. */
  readonly whole: boolean;
}

const nodesIn = (input: Input): string[] =>
  input.type === 'node' ? [input.node] : input.type === 'list' ? input.items.flatMap(nodesIn) : [];

/** The axis that a selection or a reduction removes; undefined where it removes all of them. */
const takenAxis = ({ kind, inputs }: NodeDefinition): string | undefined => {
  const named = inputs[kind === '[]' ? 'axis' : 'over'];
  return named?.type === 'literal' && typeof named.value === 'string' ? named.value : undefined;
};

/** Views and checks are made once, of the whole sweep, when all its parts are there. */
const needsAllParts = (kind: string): boolean => ['view', 'check'].includes(kinds.get(kind)?.purpose ?? '');

/**
 * Which axes each node varies over, and whether it must see one of `asked` as a whole.
 *
 * @param asked names of axes
 */
export const dependences = ({ nodes }: Program, asked: ReadonlySet<string>): ReadonlyMap<string, Dependence> => {
  const definitions = new Map(nodes.map((node) => [node.id, node]));
  const found = new Map<string, Dependence>();
  const none: Dependence = { axes: new Set(), whole: false };
  const of = (id: string): Dependence => {
    const known = found.get(id);
    if (known) return known;
    // A cycle is an error of its nodes: they have no points.
    found.set(id, none);
    const node = definitions.get(id);
    const dependence = node ? derive(node) : none;
    found.set(id, dependence);
    return dependence;
  };
  const derive = (node: NodeDefinition): Dependence => {
    const kind = kinds.get(node.kind);
    if (kind?.yields === 'axis') return { axes: new Set([node.axisName]), whole: false };
    const axes = new Set<string>();
    let whole = needsAllParts(node.kind);
    for (const [name, input] of Object.entries(node.inputs)) {
      const isWhole = kind?.parameters[name]?.whole ?? false;
      const taken = takenAxis(node);
      for (const source of nodesIn(input).map(of)) {
        whole ||= source.whole;
        for (const axis of source.axes) {
          if (!isWhole || (taken !== undefined && axis !== taken)) axes.add(axis);
          else whole ||= asked.has(axis);
        }
      }
    }
    return { axes, whole };
  };
  for (const { id } of nodes) of(id);
  return found;
};

/** The nodes that a part of a sheet cannot compute, as it has only a part of these axes; they are computed when all parts are there. */
export const wholeNodes = (program: Program, axes: ReadonlySet<string>): string[] =>
  [...dependences(program, axes)].filter(([, { whole }]) => whole).map(([id]) => id);
