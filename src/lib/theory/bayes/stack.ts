import type { Backend, Matrix } from '$lib/backend/backend';
import type { Task } from '$lib/theory/theory';

const sameAll = (items: readonly unknown[]): boolean => items.every((item) => item === items[0]);

/** One matrix a distinct task, or one shared by all of them. */
export function stackTasks(
  backend: Backend,
  tasks: readonly Task[],
  rows: number,
  columns: number,
  of: (task: Task) => Float64Array,
): Matrix {
  if (sameAll(tasks)) return backend.upload({ rows, columns }, tasks[0] ? of(tasks[0]) : []);
  const all = new Float64Array(tasks.length * rows * columns);
  tasks.forEach((task, b) => all.set(of(task), b * rows * columns));
  return backend.upload({ batch: tasks.length, rows, columns }, all);
}

/** Matrices [1, n, m] as one batch, or one shared by all; a new handle either way. */
export function stackMatrices(backend: Backend, matrices: readonly Matrix[]): Matrix {
  const [first] = matrices;
  if (!first) throw new Error('nothing to stack');
  if (sameAll(matrices)) return backend.slice(first, 0, 1);
  const all = backend.zeros({ batch: matrices.length, rows: first.rows, columns: first.columns });
  matrices.forEach((matrix, b) => {
    backend.copy(matrix, all, b);
  });
  return all;
}
