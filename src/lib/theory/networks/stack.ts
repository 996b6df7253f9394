import type { Backend, Matrix, RandomKey } from '$lib/backend/backend';
import type { Task } from '$lib/theory/theory';

/** One matrix a task, [B, rows, columns], or one shared by all where they have the same numbers, [1, rows, columns]. */
export const stackTasks = (
  backend: Backend,
  tasks: readonly Task[],
  shape: { readonly rows: number; readonly columns: number },
  of: (task: Task) => Float64Array,
): Matrix => {
  const [first] = tasks;
  if (!first) throw new Error('no tasks to stack');
  if (tasks.every((task) => of(task) === of(first))) return backend.upload(shape, of(first));
  const all = new Float64Array(tasks.length * shape.rows * shape.columns);
  tasks.forEach((task, b) => all.set(of(task), b * shape.rows * shape.columns));
  return backend.upload({ ...shape, batch: tasks.length }, all);
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
export const normalsOf = (
  backend: Backend,
  shape: { readonly rows: number; readonly columns: number },
  keys: readonly RandomKey[],
): Matrix => {
  const { rows, columns } = shape;
  const all = backend.zeros({ batch: keys.length, rows, columns });
  keys.forEach((key, b) => {
    using one = backend.normal({ rows, columns }, key);
    backend.copy(one, all, b);
  });
  return all;
};

/** The seed of network `index` of a point: two points share networks only where they share their seed. */
export const seedOf = (seed: number, index: number): number => (seed % 2 ** 32) + index * 2 ** 32;
