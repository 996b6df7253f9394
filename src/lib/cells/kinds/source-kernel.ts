import type { SourceParameters } from '$lib/theory/theory';
import { defineKind } from '../cell-kind';
import { oneOf } from '../parameter';
import { theoryNamed, theoryNames, theoryParameters, toldTo } from '../theory-parameters';
import { valueOf } from '../values';
import { inBatches } from '../batches';
import { kernelTraits, kernelValues } from '../kernel-value';

/** The kernel that a first task shapes: `theory.md` §1–2. */
export const sourceKernel = defineKind({
  name: 'source_kernel',
  ...kernelTraits,
  meaning: 'the kernel of a wide network trained on a first task',
  example: 'source_kernel(source, theory: "bayes", activation: "erf", gamma: 2, temperature: 0.05)',
  makes: 'source kernel',
  recipes: [{ name: 'pre', formula: 'source_kernel(source, theory: "bayes", activation: "erf", gamma: gamma, temperature: 0.05)' }],
  equations: [
    String.raw`p_s(w) \propto \exp\!\Big(-\tfrac12|w|^2 + \tfrac12\gamma_s^2\big(\textstyle\sum_\mu \Delta_\mu\,\phi(h_\mu(w))\big)^2\Big)`,
    String.raw`\Phi_s = \langle \phi\phi^\top \rangle_{p_s}, \qquad (\Phi_s + T I)\,\Delta = y, \qquad f(x) = \Phi_s(x, X_s)\,\Delta`,
    String.raw`\text{bayes, linear, } L \text{ hidden layers:}\quad (c^L G + T)\Delta = y, \quad c\,(1-\gamma_s^2 c^{L-1}\Delta^\top G\Delta) = 1`,
    String.raw`\text{flow:}\quad \dot w = \gamma \textstyle\sum_\mu \Delta_\mu\, v\,\phi'(h_\mu)\,\tfrac{x_\mu}{\sqrt D} - \lambda w, \quad \dot v = \gamma \textstyle\sum_\mu \Delta_\mu\,\phi(h_\mu) - \lambda v, \quad f = \tfrac1\gamma\langle v\,\phi(h)\rangle, \quad \Delta = y - f`,
  ],
  positional: ['data'],
  theoryFrom: 'theory',
  parameters: {
    data: valueOf(['dataset'], 'the source task'),
    theory: oneOf(theoryNames, {
      meaning: 'lazy, Bayesian or by gradient flow at infinite width with feature learning, or width in proportion to the examples',
      fallback: 'bayes',
    }),
    ...theoryParameters('source'),
  },
  compute: (points, context, { backend, ready }) =>
    inBatches(
      points,
      (a, b) => a.theory === b.theory,
      async ({ theory: name }, batch) => {
        await ready;
        const theory = theoryNamed(name);
        const kernels = await theory.source(
          backend,
          // The kind gives every parameter or its default.
          batch.map((point) => ({ task: point.data.data, parameters: toldTo(theory, 'source', point) as SourceParameters })),
          context,
        );
        return kernelValues('source kernel', kernels, batch, backend);
      },
    ),
});
