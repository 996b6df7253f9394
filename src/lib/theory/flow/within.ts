import type { Backend, Matrix } from '$lib/backend/backend';
import { stackInputs, stackTasks } from '$lib/theory/common/stack';
import { spanOf } from '$lib/theory/flow/span';
import { Owned } from '$lib/theory/owned';
import type { Task } from '$lib/theory/theory';

/** Where neurons start and what they see, in the coordinates in which they move: fewer than D where the inputs span less (`span.ts`). */
export interface Within {
  /** The span of the inputs, [B or 1, P, D], and what of the start lies outside, [B or 1, M, D]; absent where coordinates are the dimensions. */
  readonly span: Matrix | undefined;
  readonly outside: Matrix | undefined;
  /** w(0), [B or 1, M, D or P], and the inputs, [B or 1, P, D or P], scaled so that φ(w·x/√columns) is what it is in all dimensions. */
  readonly anchor: Matrix;
  readonly seen: Matrix;
}

/** Of neurons that start at `origin`, [B or 1, M, D]; new matrices. Rests between its parts; what that throws leaves nothing behind. */
export async function within(backend: Backend, tasks: readonly Task[], origin: Matrix): Promise<Within> {
  const [first] = tasks;
  if (!first) throw new Error('no tasks to move within');
  const { dimension, trainLabels } = first;
  const examples = trainLabels.length;
  using inputs = stackInputs(backend, tasks);
  const spans = new Map<Float64Array, Float64Array | undefined>();
  for (const { trainInputs } of tasks) if (!spans.has(trainInputs)) spans.set(trainInputs, spanOf(trainInputs, examples, dimension));
  if ([...spans.values()].some((span) => !span))
    return {
      span: undefined,
      outside: undefined,
      anchor: backend.slice(origin, 0, origin.batch),
      seen: backend.slice(inputs, 0, inputs.batch),
    };
  using made = new Owned();
  const span = made.keep(
    stackTasks(backend, tasks, { rows: examples, columns: dimension }, ({ trainInputs }) => spans.get(trainInputs) ?? trainInputs),
  );
  const anchor = made.keep(backend.product(origin, span, { transposeB: true }));
  const seen = made.keep(backend.product(inputs, span, { transposeB: true, alpha: Math.sqrt(examples / dimension) }));
  await backend.yieldToDevice();
  using inside = backend.product(anchor, span);
  await backend.yieldToDevice();
  const outside = backend.combine([
    [1, origin],
    [-1, inside],
  ]);
  made.handOver();
  return { span, outside, anchor, seen };
}
