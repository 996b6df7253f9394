import { Problem } from '$lib/base/problem';
import type { Field } from '$lib/graph/kind';
import { defineKind, pointwise } from '../cell-kind';
import { curvesView } from '../curves-view';
import { valueOf, type ErrorsValue } from '../values';

/** How alike the networks are that one source gives rise to, layer by layer: `deep-transfer.md`. */
export const overlap = defineKind({
  name: 'overlap',
  purpose: 'theory',
  meaning: 'how alike the features of two targets of one source are, and those of target and source, layer by layer',
  example: 'overlap(post)',
  // Few targets have overlaps: a recipe that is wired to any of them would mostly be an error.
  recipes: [],
  makes: 'errors',
  equations: [
    String.raw`\text{targets} = \frac{\operatorname{tr}\Phi_o^l}{\operatorname{tr}\Phi_d^l}, \qquad \text{source} = \frac{\operatorname{tr}\Phi_c^l}{\sqrt{\operatorname{tr}\Phi_s^l\,\operatorname{tr}\Phi_d^l}}`,
    String.raw`\Phi_o = \mathbb E\langle\phi\rangle\langle\phi\rangle^\top, \quad \Phi_c = \mathbb E\,\phi_s\langle\phi\rangle^\top, \quad \Phi_d = \mathbb E\langle\phi\phi^\top\rangle \quad \text{on the target's training inputs}`,
  ],
  positional: ['kernel'],
  parameters: { kernel: valueOf(['target kernel'], 'the target: bayes, of two to four hidden layers') },
  yields: 'field',
  bytes: (field: Field) => 200 * field.points.length,
  compute: pointwise(({ kernel: { kernel } }): Field<ErrorsValue> => {
    const found = kernel.overlaps?.();
    if (!found)
      throw new Problem(
        `kernel: overlaps are known for bayes targets of networks with two to four hidden layers, got ${kernel.theory}, ${kernel.parameters.activation}, depth ${kernel.parameters.depth}`,
        { path: ['kernel'] },
      );
    return {
      axes: [{ name: 'layer', values: found.map((_, l) => l + 1) }],
      points: found.map(({ targets, source }) => ({ type: 'errors', mark: 'line', summary: { fields: { targets, source } } })),
    };
  }),
  view: (field: Field) => curvesView(field, ['targets', 'source'], 'linear', 'linear'),
});
