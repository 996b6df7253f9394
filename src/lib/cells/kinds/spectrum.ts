import type { Field } from '$lib/graph/kind';
import { defineKind, pointwise } from '../cell-kind';
import { curvesView } from '../curves-view';
import { layerOf, modesOn } from '../kernel-examples';
import { layer } from '../parameter';
import { valueOf, type ErrorsValue } from '../values';

/** The modes of a kernel on its training set, and how its task spreads over them. */
export const spectrum = defineKind({
  name: 'spectrum',
  purpose: 'theory',
  meaning: 'eigenvalues of a kernel on its training set, descending, and the power of the labels in each mode',
  example: 'spectrum(pre)',
  makes: 'errors',
  equations: [
    String.raw`\Phi = \sum_k \text{eigenvalue}_k\, v_k v_k^\top, \qquad \text{power}_k = \tfrac1P (v_k\cdot y)^2, \qquad \sum_k \text{power}_k = \tfrac1P|y|^2`,
  ],
  positional: ['kernel'],
  parameters: { kernel: valueOf(['source kernel', 'target kernel'], 'whose modes'), layer },
  yields: 'field',
  bytes: (field: Field) => 200 * field.points.length,
  compute: pointwise(async ({ kernel: { kernel, backend }, layer }, context): Promise<Field<ErrorsValue>> => {
    const { values, powers } = await modesOn(
      { kernel, examples: kernel.task, path: 'kernel', layer: layerOf(kernel, layer) },
      backend,
      context,
    );
    const numbers = Array.from(values, (value, k) => ({ eigenvalue: value * values.length, power: powers[k] ?? NaN }));
    return {
      axes: [{ name: 'mode', values: numbers.map((_, k) => k + 1) }],
      points: numbers.map((fields) => ({ type: 'errors', mark: 'line', summary: { fields } })),
    };
  }),
  view: (field: Field) => curvesView(field, ['eigenvalue', 'power'], 'log', 'log'),
});
