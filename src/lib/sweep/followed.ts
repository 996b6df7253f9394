import type { Program } from '$lib/cells/compile/program';
import type { Input, NodeDefinition } from '$lib/graph/kind';
import { dependences } from './dependence';

/**
 * A notice for each coupling of the proportional theory whose delta axis is cut into chunks. That theory solves its points in the order of
 * delta, each from those before it, so that cutting the axis may change the last digits. Empty where no such axis is cut.
 */
export const describeFollowed = (program: Program, cut: ReadonlySet<string>): string[] => {
  const nodes = new Map(program.nodes.map((node) => [node.id, node]));
  const found = dependences(program, cut);
  const from = (input: Input | undefined): NodeDefinition | undefined => (input?.type === 'node' ? nodes.get(input.node) : undefined);
  const isProportional = ({ kind, inputs }: NodeDefinition): boolean => {
    const theory = inputs['theory'];
    // A theory that another cell chooses may be the proportional one.
    return kind === 'source_kernel' && theory !== undefined && (theory.type !== 'literal' || theory.value === 'proportional');
  };
  const couplings = program.nodes.filter(({ kind, inputs }) => {
    const source = kind === 'coupling' ? from(inputs['source_kernel']) : undefined;
    return source !== undefined && isProportional(source);
  });
  return couplings.flatMap(({ id, inputs }) => {
    const { delta } = inputs;
    const axes = delta?.type === 'node' ? [...(found.get(delta.node)?.axes ?? [])].filter((axis) => cut.has(axis)) : [];
    return axes.length === 0
      ? []
      : [`${id}: the theory "proportional" follows its solution along ${axes.join(', ')}; where that is cut the last digits may differ.`];
  });
};
