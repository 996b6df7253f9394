import { labelClasses } from '$lib/base/label-classes';
import { permutation } from '$lib/base/philox';
import { Problem } from '$lib/base/problem';
import { streams } from '$lib/base/random';

/** The order of the rows before any are taken: that of the file without a seed. */
const shuffled = (count: number, seed: number | undefined): number[] =>
  seed === undefined
    ? Array.from({ length: count }, (_, index) => index)
    : [...permutation(count, { seed, stream: streams.shuffle, step: 0 })];

/**
 * Rows in the order in which they are taken, training from the front and test from the back. A seed shuffles them. With `stratify` the
 * classes are spread evenly over that order: the k-th of n rows of a class stands at (k + ½)/n of it, so that any beginning and any end
 * have each class in its share, to within one row. A larger training set begins with the smaller one's rows in every case.
 *
 * @param labels one a row
 * @throws Problem when `stratify` is asked for and the labels are no classes.
 */
export const rowOrder = (labels: Float64Array, seed: number | undefined, stratify: boolean): number[] => {
  const order = shuffled(labels.length, seed);
  if (!stratify) return order;
  const classes = labelClasses(labels, []);
  if (classes.type === 'real') throw new Problem('stratify: needs labels that are classes, these are real numbers', { path: ['stratify'] });
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const taken = new Map<number, number>();
  const place = new Float64Array(labels.length);
  for (const row of order) {
    const label = labels[row]!;
    const rank = taken.get(label) ?? 0;
    taken.set(label, rank + 1);
    place[row] = (rank + 0.5) / sizes.get(label)!;
  }
  // Sorting is stable: rows at the same place stay in the order of the shuffle.
  return order.sort((a, b) => place[a]! - place[b]!);
};

/**
 * Warns when a set of two and more examples has one label only, though the two have several.
 * @param drawn how the sets were parted: by the rows of one file, by a seed, or because they are of two files
 */
export const splitWarnings = (train: Float64Array, test: Float64Array, drawn: 'rows' | 'seed' | 'files'): string[] => {
  const [first] = train;
  const other = (label: number): boolean => label !== first;
  if (!train.some(other) && !test.some(other)) return [];
  const remedy = {
    rows: '; seed: 1 draws the rows at random, stratify: true evenly over the classes',
    seed: '; stratify: true gives both sets every class',
    files: '',
  }[drawn];
  const sets = [
    ['training', train],
    ['test', test],
  ] as const;
  return sets.flatMap(([name, labels]) =>
    labels.length > 1 && labels.every((label) => label === labels[0])
      ? [`the ${name} set holds one class only, label ${labels[0]!}${remedy}`]
      : [],
  );
};
