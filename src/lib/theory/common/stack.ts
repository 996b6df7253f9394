import type { Backend, Matrix, RandomKey } from '$lib/backend/backend';
import type { Task } from '$lib/theory/theory';

/** Rows and columns of one entry of a batch. */
interface Shape {
  readonly rows: number;
  readonly columns: number;
}

const sameAll = (items: readonly unknown[]): boolean => items.every((item) => item === items[0]);

/** One list of numbers a batch entry, [B, rows, columns], or one shared by all where it is the same list, [1, rows, columns]. */
export const stackLists = (backend: Backend, lists: readonly Float64Array[], { rows, columns }: Shape): Matrix => {
  const [first] = lists;
  if (!first) throw new Error('nothing to stack');
  if (sameAll(lists)) return backend.upload({ rows, columns }, first);
  const all = new Float64Array(lists.length * rows * columns);
  lists.forEach((list, b) => all.set(list, b * rows * columns));
  return backend.upload({ batch: lists.length, rows, columns }, all);
};

/** One matrix a task, [B, rows, columns], or one shared by all where they have the same list of numbers, [1, rows, columns]. */
export const stackTasks = (backend: Backend, tasks: readonly Task[], shape: Shape, of: (task: Task) => Float64Array): Matrix =>
  stackLists(backend, tasks.map(of), shape);

/** The training inputs of each task, [B or 1, P, D]. */
export const stackInputs = (backend: Backend, tasks: readonly Task[]): Matrix =>
  stackTasks(
    backend,
    tasks,
    inputShape(tasks, ({ trainLabels }) => trainLabels),
    ({ trainInputs }) => trainInputs,
  );

/** The test inputs of each task, [B or 1, P′, D]. */
export const stackTestInputs = (backend: Backend, tasks: readonly Task[]): Matrix =>
  stackTasks(
    backend,
    tasks,
    inputShape(tasks, ({ testLabels }) => testLabels),
    ({ testInputs }) => testInputs,
  );

/** The training labels of each task, [B or 1, P, 1]. */
export const stackLabels = (backend: Backend, tasks: readonly Task[]): Matrix =>
  stackLists(
    backend,
    tasks.map(({ trainLabels }) => trainLabels),
    { rows: tasks[0]?.trainLabels.length ?? 0, columns: 1 },
  );

const inputShape = ([task]: readonly Task[], labels: (task: Task) => Float64Array): Shape =>
  task ? { rows: labels(task).length, columns: task.dimension } : { rows: 0, columns: 0 };

/** Matrices [1, n, m] as one batch, or one shared by all; a new handle either way. */
export const stackMatrices = (backend: Backend, matrices: readonly Matrix[]): Matrix => {
  const [first] = matrices;
  if (!first) throw new Error('nothing to stack');
  if (sameAll(matrices)) return backend.slice(first, 0, 1);
  const all = backend.zeros({ batch: matrices.length, rows: first.rows, columns: first.columns });
  matrices.forEach((matrix, b) => {
    backend.copy(matrix, all, b);
  });
  return all;
};

/** Entry indices[b] of the batch as entry b of a new one. */
export const gather = (backend: Backend, from: Matrix, indices: readonly number[]): Matrix => {
  const into = backend.zeros({ batch: indices.length, rows: from.rows, columns: from.columns });
  indices.forEach((index, b) => {
    using entry = backend.slice(from, index);
    backend.copy(entry, into, b);
  });
  return into;
};

/** Standard normals, each batch entry from a key of its own: what else is in the batch changes nothing. */
export const normalsOf = (backend: Backend, { rows, columns }: Shape, keys: readonly RandomKey[]): Matrix => {
  const all = backend.zeros({ batch: keys.length, rows, columns });
  keys.forEach((key, b) => {
    using one = backend.normal({ rows, columns }, key);
    backend.copy(one, all, b);
  });
  return all;
};
