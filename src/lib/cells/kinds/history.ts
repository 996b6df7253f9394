import { Problem } from '$lib/base/problem';
import { isGap } from '$lib/graph/gap';
import type { ComputeContext, Field } from '$lib/graph/kind';
import { standardError } from '$lib/theory/networks/statistics';
import type { TrainedKernel } from '$lib/theory/theory';
import { defineKind, pointwise } from '../cell-kind';
import { curvesView } from '../curves-view';
import { moments, recordsAt } from '../moments';
import { oneOf, optional } from '../parameter';
import type { Training } from '../training';
import { summarise, valueOf, type ErrorsValue, type FieldNumbers } from '../values';

/** A mean over networks, and its standard error where there are two or more. */
const measured = (name: string, values: readonly number[]): FieldNumbers => ({
  [name]: values.reduce((sum, value) => sum + value, 0) / values.length,
  ...(values.length > 1 && { [`${name}.stderr`]: standardError(values) }),
});

type Moments = readonly number[] | undefined;

const ofNetworks = ({ records, points, index }: Training, stage: 'source' | 'target', at: Moments): Field<ErrorsValue> => {
  const all = records.filter((record) => record.stage === stage);
  if (all.length === 0)
    throw new Problem(`networks: those of method ${points[index]?.method ?? ''} have no history of their ${stage} task`);
  const mine = at ? recordsAt(all, at) : all;
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
          steps: Math.round(Math.max(...steps)),
        },
      },
    })),
  };
};

/** The run of a theory that knows a time, `theory.md` §3: that of its own stage. */
const ofKernel = async (kernel: TrainedKernel, at: Moments, context: ComputeContext): Promise<Field<ErrorsValue>> => {
  const all = await kernel.history?.(context);
  if (!all)
    throw new Problem(`networks: must have a training time, as kernels of theory "flow" have; got a kernel of "${kernel.theory}"`, {
      path: ['networks'],
    });
  const told = at ? recordsAt(all, at) : all;
  return {
    axes: [{ name: 'time', values: told.map(({ time }) => time) }],
    points: told.map(({ time: _, ...fields }) => ({ type: 'errors', mark: 'line', summary: { fields } })),
  };
};

/** What happened while networks were trained. */
export const history = defineKind({
  name: 'history',
  purpose: 'network',
  meaning:
    'errors and alignment over the time of training, of networks or of gradient flow; of a target in flow also the source task’s error',
  example: 'history(nets)',
  equations: [
    String.raw`\text{train}(t),\ \text{test}(t), \qquad \text{alignment}(t) = \frac{y^\top\Phi(t)\,y}{|y|^2\,\lVert\Phi(t)\rVert_F}`,
    String.raw`\text{flow:}\quad \dot w = \gamma \textstyle\sum_\mu \Delta_\mu\, v\,\phi'(h_\mu)\,\tfrac{x_\mu}{\sqrt D} - \lambda w - \delta\,(w-\bar w), \quad \dot v = \gamma \textstyle\sum_\mu \Delta_\mu\,\phi(h_\mu) - \lambda v`,
    String.raw`\text{source}(t):\ \text{the source’s readout on the features at } t`,
  ],
  positional: ['networks'],
  parameters: {
    networks: valueOf(['network ensemble', 'target kernel', 'source kernel'], 'whose training'),
    stage: oneOf(['target', 'source'], { meaning: 'of networks: the task that was learned then', fallback: 'target' }),
    at: optional(moments, 'every time that was recorded'),
  },
  yields: 'field',
  graded: true,
  bytes: (field: Field) => 300 * field.points.length,
  compute: pointwise(async ({ networks, stage, at }, context): Promise<Field<ErrorsValue>> =>
    networks.type === 'network ensemble' ? ofNetworks(networks.training, stage, at) : await ofKernel(networks.kernel, at, context),
  ),
  view: (field: Field) => {
    const known = summarise(field.points.find((value) => !isGap(value))).fields;
    const names = ['test', 'train', 'source', 'alignment'].filter((name) => name in known);
    return curvesView(field, names, 'linear', 'linear');
  },
});
