import type { Program } from '$lib/cells/compile/program';
import type { Input, NodeDefinition } from '$lib/graph/kind';
import { dependences } from './dependence';

/**
 * What is said before of targets whose last digits depend on the points computed beside them: the proportional theory follows a branch
 * of saddles along delta, each from those before it. Empty where no such axis is cut.
 */
export const describeFollowed = (program: Program, cut: ReadonlySet<string>): string[] => {
  const nodes = new Map(program.nodes.map((node) => [node.id, node]));
  const found = dependences(program, cut);
  const from = (input: Input | undefined): NodeDefinition | undefined => (input?.type === 'node' ? nodes.get(input.node) : undefined);
  const isProportional = ({ kind, inputs }: NodeDefinition): boolean => {
    const theory = inputs['theory'];
    // What is chosen by another cell may be it.
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
