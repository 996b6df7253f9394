import type { Steps } from '$lib/base/steps';
import type { Dataset } from '$lib/data/dataset';
import { inTurns } from '$lib/data/in-turns';
import { teacherTaskBytes, type Likeness, type TeacherTaskParameters } from '$lib/data/teacher-task';
import { pointwise } from '../cell-kind';
import { datasetBytes, datasetValue, datasetView } from '../dataset-value';
import type { DatasetValue } from '../values';
import { likenessOf } from './teacher-parameters';

/** What a sheet gives: the parameters of the task, and what it is to be like. */
type Given<Parameters> = Parameters & { readonly like: DatasetValue | undefined; readonly alignment: number | undefined };

/** What all kinds of tasks with a teacher have in common; `drawTask` draws one. */
export const teacherTraits = <Parameters extends TeacherTaskParameters>(
  drawTask: (parameters: Parameters, like?: Likeness) => Steps<Dataset>,
) => ({
  bytes: datasetBytes,
  needs: ({ like, alignment, ...parameters }: Given<Parameters>) =>
    teacherTaskBytes(parameters, like && { source: like.data, alignment: alignment ?? 1 }),
  compute: pointwise(async ({ like, alignment, ...parameters }: Given<Parameters>, context) =>
    // The rest of what is given are the parameters; TypeScript does not see it of a type that is open.
    datasetValue(await inTurns(drawTask(parameters as unknown as Parameters, likenessOf(like, alignment)), context)),
  ),
  view: datasetView,
});
