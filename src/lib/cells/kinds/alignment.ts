import { Problem } from '$lib/base/problem';
import { kernelAlignment, labelKernel } from '$lib/theory/alignment';
import { defineKind, pointwise } from '../cell-kind';
import { kernelOn, layerOf } from '../kernel-examples';
import { layer, optional } from '../parameter';
import { valueOf, type ErrorsValue } from '../values';

/** How well a kernel fits a task, or how alike two kernels are. */
export const alignment = defineKind({
  name: 'alignment',
  purpose: 'theory',
  meaning: 'alignment of a kernel with a task’s labels, or with another kernel (CKA), on the training examples of the second',
  example: 'alignment(post, target)',
  equations: [
    String.raw`\text{alignment} = \frac{\langle A, B\rangle_F}{\lVert A\rVert_F\lVert B\rVert_F}, \quad B = yy^\top \text{ for a task}, \qquad \text{centred: } HAH,\ HBH,\quad H = I - \tfrac1P 11^\top`,
  ],
  positional: ['kernel', 'data'],
  parameters: {
    kernel: valueOf(['target kernel', 'source kernel'], 'the kernel'),
    data: optional(valueOf(['dataset', 'target kernel', 'source kernel'], 'the task, or the other kernel'), 'the kernel’s own task'),
    layer,
  },
  compute: pointwise(async ({ kernel: { kernel, backend }, data, layer }, context): Promise<ErrorsValue> => {
    const examples = data === undefined ? kernel.task : data.data;
    const n = examples.trainLabels.length;
    if (examples.trainLabels.every((label) => label === 0))
      throw new Problem('data: all its labels are 0, so the alignment is not defined', { path: ['data'] });
    const mine = await kernelOn({ kernel, examples, path: 'data', layer: layerOf(kernel, layer) }, backend, context);
    const other =
      data === undefined || data.type === 'dataset'
        ? labelKernel(examples.trainLabels)
        : await kernelOn({ kernel: data.kernel, examples, path: 'data', layer: layerOf(data.kernel, layer) }, data.backend, context);
    const { alignment, centred } = kernelAlignment(mine, other, n);
    return { type: 'errors', mark: 'line', summary: { fields: { alignment, centred } } };
  }),
});
