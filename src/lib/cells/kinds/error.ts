import { Problem } from '$lib/base/problem';
import { defineKind, pointwise } from '../cell-kind';
import { errorNumbers } from '../errors-value';
import { oneOf, optional } from '../parameter';
import { healthNumbers, valueOf, type ErrorsValue } from '../values';
import type { Dataset } from '$lib/data/dataset';
import { errorsElsewhere } from '$lib/theory/elsewhere';
import type { Errors, TrainedKernel } from '$lib/theory/theory';

const errorsValue = (errors: Errors, { health }: TrainedKernel, data: Dataset): ErrorsValue => ({
  type: 'errors',
  mark: 'line',
  summary: {
    ...errorNumbers(errors, data),
    diagnostics: { ...healthNumbers(health), ...(errors.stderr && { stderr: errors.stderr.test }) },
  },
});

const withNote = (value: ErrorsValue, note: string): ErrorsValue => ({
  ...value,
  summary: { ...value.summary, notes: [...(value.summary.notes ?? []), note] },
});

/** How well a kernel's predictor does, on training and test set: `theory.md` §0. */
export const error = defineKind({
  name: 'error',
  purpose: 'theory',
  meaning: 'test and training error of a kernel’s predictor, on its own task or on another',
  example: 'error(post)',
  makes: 'errors',
  recipes: [{ name: 'err', formula: 'error(post)' }],
  equations: [
    String.raw`\text{test} = \underbrace{\tfrac1n\textstyle\sum_x (f(x)-y)^2}_{\text{bias}} + \underbrace{\tfrac1n\textstyle\sum_x \operatorname{var} f(x)}_{\text{variance}}`,
    String.raw`\text{refit on another task:}\quad f(x) = \Phi(x, X)\,(\Phi(X, X) + T)^{-1} y`,
  ],
  positional: ['kernel'],
  parameters: {
    kernel: valueOf(['target kernel', 'source kernel'], 'whose errors'),
    on: optional(valueOf(['dataset'], 'another task'), 'the kernel’s own task'),
    readout: optional(
      oneOf(['refit', 'kept'], {
        meaning:
          'only with on: refit, a readout on the kernel’s features is fitted to the other task with the kernel’s T; kept, the predictor stays as it is',
      }),
      'refit',
    ),
  },
  compute: pointwise(async ({ kernel: { kernel, data, backend }, on, readout }, context) => {
    if (on) {
      const { errors, condition, warnings } = await errorsElsewhere(backend, kernel, on.data, readout ?? 'refit', context);
      const own = errorsValue(errors, kernel, on.data);
      // The condition is that of the system solved here; the other figures are those of the kernel.
      const diagnostics = { ...own.summary.diagnostics, ...(condition !== undefined && { condition }) };
      const value = { ...own, summary: { ...own.summary, diagnostics, warnings } };
      return kernel.health.particles === undefined ? value : withNote(value, 'errors on another task have no standard error');
    }
    if (readout !== undefined) throw new Problem('readout: is only used with on:, the other task; give it too', { path: ['readout'] });
    if (kernel.task.testLabels.length === 0)
      throw new Problem('kernel: its dataset has no test examples to measure the error on', { path: ['kernel'] });
    return errorsValue(await kernel.errors(context), kernel, data);
  }),
});
