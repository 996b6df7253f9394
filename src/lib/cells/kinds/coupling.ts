import { Problem } from '$lib/base/problem';
import { valuesOf, type Gapped } from '$lib/graph/gap';
import type { TrainedKernel } from '$lib/theory/theory';
import { defineKind, pointwise } from '../cell-kind';
import { number, oneOf } from '../parameter';
import { valueOf, type CouplingValue } from '../values';

/** Why a target cannot be the source of a further task; undefined when it can. */
const noChain = ({ theory, parameters: { depth, gamma } }: TrainedKernel): string | undefined => {
  if (theory === 'proportional') return 'must be a source kernel: the proportional theory is for two tasks, not for a chain of three';
  if (theory === 'bayes' && depth > 1)
    return `must be a source kernel: bayes computes chains only for networks of one hidden layer, got depth ${depth}`;
  if (theory === 'flow' && gamma === 0)
    return 'must have gamma > 0 in flow: at γ = 0 no neuron moves, so the next task has no trained source to start from';
  return undefined;
};

/** How strongly the weights of the target network's hidden layers are tied to the source's: `theory.md` §2. */
export const coupling = defineKind({
  name: 'coupling',
  keeps: 'all',
  purpose: 'theory',
  meaning: 'ties the target network’s weights to the source’s',
  example: 'coupling(pre, delta: delta)',
  makes: 'coupling',
  recipes: [{ name: 'link', formula: 'coupling(pre, delta: delta)' }],
  equations: [
    String.raw`\tfrac{\delta}{2}\,|w-\bar w|^2, \qquad \bar w \sim p_s`,
    String.raw`\text{chain:}\quad \bar w \sim p_k \text{ of task } k \text{ for task } k+1`,
  ],
  positional: ['source_kernel'],
  theoryFrom: 'source_kernel',
  parameters: {
    source_kernel: valueOf(
      ['source kernel', 'target kernel'],
      'the kernel of the task before; a target kernel here makes a chain of tasks',
    ),
    delta: number({ min: 0, max: 1e9, meaning: 'elastic coupling δ: 0 is from scratch, large is frozen source features', fallback: 1 }),
    readout: oneOf(['fresh', 'kept'], {
      meaning: 'the target’s last layer: drawn anew, or kept, which is for flow and for networks by gradient',
      fallback: 'fresh',
    }),
  },
  compute: pointwise(({ source_kernel: source, delta, readout }): CouplingValue => {
    const why = source.type === 'target kernel' ? noChain(source.kernel) : undefined;
    if (why !== undefined) throw new Problem(`source_kernel: ${why}`, { path: ['source_kernel'] });
    return { type: 'coupling', source, delta, readout, summary: { fields: { delta } } };
  }),
  view: (field: Gapped<CouplingValue>) => ({ type: 'coupling', deltas: valuesOf(field).map((value) => value.delta) }),
});
