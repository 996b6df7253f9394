import { labelClasses } from '$lib/base/label-classes';
import type { Dataset } from '$lib/data/dataset';
import type { Errors } from '$lib/theory/theory';
import type { FieldNumbers, Summary } from './values';

/** Why a task has no `classification`; undefined when it has one. */
const unclassified = ({ trainLabels, testLabels, teacher }: Dataset): string | undefined => {
  // The labels of a teacher are real numbers around 0: the class of an example is their sign (`theory.md` §0).
  if (teacher) return undefined;
  const { type } = labelClasses(trainLabels, testLabels);
  if (type === 'real') return 'the labels are real numbers, not classes: there is no classification error';
  return type === 'one' ? 'all labels are the same, there are no classes to tell apart' : undefined;
};

/**
 * The figures of errors as fields: `test`, and `test.stderr` beside it where it was sampled. `classification` is left out, with the reason,
 * where the labels of the task are no classes.
 */
export const errorNumbers = ({ stderr, ...errors }: Errors, data: Dataset): Pick<Summary, 'fields' | 'absent' | 'notes'> => {
  const fields: FieldNumbers = {
    ...errors,
    ...(stderr && Object.fromEntries(Object.entries(stderr).map(([name, value]) => [`${name}.stderr`, value]))),
  };
  const why = unclassified(data);
  if (why === undefined) return { fields };
  const { classification: _, 'classification.stderr': __, ...rest } = fields;
  return { fields: rest, absent: { classification: why }, notes: [`no classification: ${why}`] };
};
