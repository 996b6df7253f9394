import { learningCurve as curveAt } from '$lib/theory/learning-curve';
import { defineKind, pointwise } from '../cell-kind';
import { modesOn } from '../kernel-examples';
import { number, optional } from '../parameter';
import { valueOf, type ErrorsValue } from '../values';

/** What a kernel would learn from other numbers of examples, from its spectrum: `theory.md` §5. */
export const learningCurve = defineKind({
  name: 'learning_curve',
  purpose: 'theory',
  meaning: 'test error of regression with a fixed kernel at any number of examples, from the kernel’s spectrum on a dataset',
  example: 'learning_curve(pre, source, sizes: range(4, 128, count: 11, scale: "log"))',
  makes: 'errors',
  equations: [
    String.raw`\kappa = T + \kappa \sum_k \frac{\eta_k}{P\eta_k+\kappa}, \qquad g = \sum_k \frac{P\eta_k^2}{(P\eta_k+\kappa)^2}`,
    String.raw`\text{test} = \frac1{1-g}\Big[\sum_k \frac{a_k^2\kappa^2}{(P\eta_k+\kappa)^2} + \sigma^2 g\Big], \qquad y = \sum_k a_k\psi_k`,
  ],
  positional: ['kernel', 'data'],
  parameters: {
    kernel: valueOf(['source kernel', 'target kernel'], 'the kernel, kept as it is'),
    data: optional(valueOf(['dataset'], 'the dataset whose training examples represent the whole distribution'), 'the kernel’s own task'),
    sizes: number({ above: 0, meaning: 'P, training examples; sweep it with range(…)' }),
    temperature: optional(number({ min: 0, meaning: 'T, the ridge' }), 'the kernel’s'),
    noise: number({ min: 0, meaning: 'σ, standard deviation of label noise to add', fallback: 0 }),
  },
  compute: pointwise(async ({ kernel: { kernel, backend }, data, sizes, temperature, noise }, context): Promise<ErrorsValue> => {
    const modes = await modesOn({ kernel, examples: data?.data ?? kernel.task, path: 'data' }, backend, context);
    const { test, kappa } = curveAt(modes, { size: sizes, temperature: temperature ?? kernel.parameters.temperature, noise });
    const known = modes.values.length;
    // Measured on 400 digits: 6 % too small at n/20, 11 % at n/8, 22 % at n/4.
    const warnings =
      sizes > known / 4
        ? [
            `the modes of ${known} examples represent the whole distribution; the error at more than ${Math.floor(known / 4)} of them looks too small`,
          ]
        : [];
    return { type: 'errors', mark: 'line', summary: { fields: { test, kappa }, warnings } };
  }),
});
