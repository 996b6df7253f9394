import { Problem } from '$lib/base/problem';
import { defineKind, pointwise } from '../cell-kind';
import { errorNumbers } from '../errors-value';
import { healthNumbers, valueOf, type ErrorsValue } from '../values';
import type { Dataset } from '$lib/data/dataset';
import type { Errors, TrainedKernel } from '$lib/theory/theory';

const errorsValue = (errors: Errors, { health }: TrainedKernel, data: Dataset): ErrorsValue => ({
  type: 'errors',
  mark: 'line',
  summary: {
    ...errorNumbers(errors, data),
    diagnostics: { ...healthNumbers(health), ...(errors.stderr && { stderr: errors.stderr.test }) },
  },
});

/** How well a kernel's predictor does, on training and test set: `theory.md` §0. */
export const error = defineKind({
  name: 'error',
  version: 1,
  purpose: 'theory',
  meaning: 'test and training error of a kernel’s predictor',
  example: 'error(post)',
  makes: 'errors',
  recipes: [{ name: 'err', formula: 'error(post)' }],
  equations: [
    String.raw`\text{test} = \underbrace{\tfrac1n\textstyle\sum_x (f(x)-y)^2}_{\text{bias}} + \underbrace{\tfrac1n\textstyle\sum_x \operatorname{var} f(x)}_{\text{variance}}`,
  ],
  positional: ['kernel'],
  parameters: { kernel: valueOf(['target kernel', 'source kernel'], 'whose errors') },
  compute: pointwise(async ({ kernel: { kernel, data } }, context) => {
    if (kernel.task.testLabels.length === 0)
      throw new Problem('kernel: its dataset has no test examples to measure the error on', { path: ['kernel'] });
    return errorsValue(await kernel.errors(context), kernel, data);
  }),
});
