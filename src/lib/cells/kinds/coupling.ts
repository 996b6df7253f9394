import { valuesOf, type Gapped } from '$lib/graph/gap';
import { defineKind, pointwise } from '../cell-kind';
import { number, oneOf } from '../parameter';
import { valueOf, type CouplingValue } from '../values';

/** How strongly the weights of the target network's hidden layers are tied to the source's: `theory.md` §2. */
export const coupling = defineKind({
  name: 'coupling',
  version: 1,
  keeps: 'all',
  purpose: 'theory',
  meaning: 'ties the target network’s weights to the source’s',
  example: 'coupling(pre, delta: delta)',
  makes: 'coupling',
  recipes: [{ name: 'link', formula: 'coupling(pre, delta: delta)' }],
  equations: [String.raw`\tfrac{\delta}{2}\,|w-\bar w|^2, \qquad \bar w \sim p_s`],
  positional: ['source_kernel'],
  theoryFrom: 'source_kernel',
  parameters: {
    source_kernel: valueOf(['source kernel'], 'what the first task left'),
    delta: number({ min: 0, max: 1e9, meaning: 'elastic coupling δ: 0 is from scratch, large is frozen source features', fallback: 1 }),
    readout: oneOf(['fresh', 'kept'], { meaning: 'the target’s last layer: drawn anew, or kept (flow)', fallback: 'fresh' }),
  },
  compute: pointwise(({ source_kernel: source, delta, readout }): CouplingValue => ({
    type: 'coupling',
    source,
    delta,
    readout,
    summary: { fields: { delta } },
  })),
  view: (field: Gapped<CouplingValue>) => ({ type: 'coupling', deltas: valuesOf(field).map((value) => value.delta) }),
});
