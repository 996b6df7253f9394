import { Problem } from '$lib/base/problem';
import type { Field } from '$lib/graph/kind';
import { standardError } from '$lib/theory/networks/statistics';
import { defineKind, pointwise } from '../cell-kind';
import { curvesView } from '../curves-view';
import { oneOf } from '../parameter';
import type { Training } from '../training';
import { valueOf, type ErrorsValue, type FieldNumbers } from '../values';

/** A mean over networks, and its standard error where there are two or more. */
const measured = (name: string, values: readonly number[]): FieldNumbers => ({
  [name]: values.reduce((sum, value) => sum + value, 0) / values.length,
  ...(values.length > 1 && { [`${name}.stderr`]: standardError(values) }),
});

const ofNetworks = ({ records, points, index }: Training, stage: 'source' | 'target'): Field<ErrorsValue> => {
  const mine = records.filter((record) => record.stage === stage);
  if (mine.length === 0)
    throw new Problem(`networks: those of method ${points[index]?.method ?? ''} have no history of their ${stage} task`);
  return {
    axes: [{ name: 'time', values: mine.map(({ time }) => time) }],
    points: mine.map(({ train, test, alignment, steps }) => ({
      type: 'errors',
      mark: 'points',
      summary: {
        fields: {
          ...measured('train', train),
          ...measured('test', test),
          ...measured('alignment', alignment),
          steps: Math.max(...steps),
        },
      },
    })),
  };
};

/** What happened while networks were trained. */
export const history = defineKind({
  name: 'history',
  version: 1,
  keeps: [],
  purpose: 'network',
  meaning: 'errors and alignment over the time of training',
  example: 'history(nets)',
  equations: [
    String.raw`\text{train}(t),\ \text{test}(t), \qquad \text{alignment}(t) = \frac{y^\top\Phi(t)\,y}{|y|^2\,\lVert\Phi(t)\rVert_F}`,
  ],
  positional: ['networks'],
  parameters: {
    networks: valueOf(['network ensemble'], 'whose training'),
    stage: oneOf(['target', 'source'], { meaning: 'the task that was learned then', fallback: 'target' }),
  },
  yields: 'field',
  bytes: (field: Field) => 200 * field.points.length,
  compute: pointwise(({ networks, stage }): Field<ErrorsValue> => ofNetworks(networks.training, stage)),
  view: (field: Field) => curvesView(field, ['test', 'train', 'alignment'], 'linear', 'linear'),
});
