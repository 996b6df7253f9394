import type { Dataset } from '$lib/data/dataset';
import { principalScores } from '$lib/theory/principal';
import type { Projection } from './view';
import { wholePercent } from '$lib/theory/common/percent';

/** How many examples are drawn, and how many numbers of them are looked at for it, which takes some hundredths of a second. */
const examples = 200;
const entries = 2 ** 19;

/** Label against the teacher's field β·x/√D. */
const onTeacher = (data: Dataset, teacher: Float64Array, count: number): Projection => {
  const { dimension, trainInputs, trainLabels } = data;
  const x = Array.from({ length: count }, (_, row) => {
    let field = 0;
    for (let d = 0; d < dimension; d++) field += teacher[d]! * trainInputs[row * dimension + d]!;
    return field / Math.sqrt(dimension);
  });
  const labels = [...trainLabels.subarray(0, count)];
  return { x, y: labels, labels, xName: 'β·x/√D', yName: 'label', meaning: 'label against the projection on the teacher' };
};

const onDirections = (data: Dataset, count: number): Projection => {
  const { scores, shares } = principalScores(data.trainInputs.subarray(0, count * data.dimension), count, data.dimension, 2);
  const [x, y] = scores.map((score) => [...score]);
  const name = (index: number): string => `PC ${index + 1}, ${wholePercent(shares[index] ?? 0)}`;
  return {
    x: x ?? [],
    y: y ?? [],
    labels: [...data.trainLabels.subarray(0, count)],
    xName: name(0),
    yName: name(1),
    meaning: 'inputs on the two directions in which they vary most',
  };
};

const known = new WeakMap<Dataset, Projection>();

/**
 * The first training examples as points of a plane: their labels against the projection on the teacher where there is one, else their
 * inputs on the two principal directions of those that are drawn, with the part of the variance that lies along each.
 */
export const projectionOf = (data: Dataset): Projection => {
  const found = known.get(data);
  if (found) return found;
  const count = Math.min(data.trainLabels.length, examples, Math.max(2, Math.floor(entries / data.dimension)));
  const made = data.teacher ? onTeacher(data, data.teacher, count) : onDirections(data, count);
  known.set(data, made);
  return made;
};
