import type { Run } from '$lib/base/run';
import type { Activation } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';
import { lazyCrossKernel, lazyKernel, type Recipe } from '$lib/theory/common/lazy-recursion';
import { Owned } from '$lib/theory/owned';

/** Operations of one map at one entry, roughly; tanh of a large variance is a sum of two hundred arc tangents. */
const mapCost: Readonly<Record<Activation, number>> = { linear: 2, relu: 120, erf: 120, tanh: 8000, quadratic: 10 };

/** Tenths of a second that a kernel may take at once. */
const mostAtOnce = 4;

/** Rows of a kernel of `columns` columns that take about a tenth of a second, at least one. */
export const rowsAtATime = (backend: Backend, { activation, depth }: Recipe, columns: number, dimension: number): number =>
  Math.max(1, Math.floor(backend.workLimit / (columns * (8 * dimension + depth * mapCost[activation]))));

/**
 * `lazyKernel`, in pieces of about a tenth of a second where it is much work, between which it yields to the device and a stop is heard.
 *
 * @throws what the run's signal was aborted with.
 */
export const lazyKernelInParts = async (backend: Backend, recipe: Recipe, x: Matrix, run: Run): Promise<Matrix> => {
  const { rows: n, columns: dimension } = x;
  const variances = typeof recipe.variance === 'number' ? undefined : recipe.variance;
  const batch = Math.max(x.batch, variances?.length ?? 1);
  const count = rowsAtATime(backend, recipe, n, dimension);
  run.signal.throwIfAborted();
  if (n * batch <= mostAtOnce * count) return lazyKernel(backend, recipe, x);
  using made = new Owned();
  const whole = made.keep(backend.zeros({ batch, rows: n, columns: n }));
  using lines = backend.reshape(whole, { batch: batch * n, rows: 1, columns: n });
  for (let index = 0; index < batch; index++) {
    using inputs = backend.slice(x, x.batch === 1 ? 0 : index);
    using points = backend.reshape(inputs, { batch: n, rows: 1, columns: dimension });
    const one: Recipe = variances ? { ...recipe, variance: variances[index] as number } : recipe;
    for (let first = 0; first < n; first += count) {
      const taken = Math.min(count, n - first);
      using some = backend.slice(points, first, taken);
      using z = backend.reshape(some, { rows: taken, columns: dimension });
      const part = lazyCrossKernel(backend, one, z, inputs);
      part.variances[Symbol.dispose]();
      using kernel = part.kernel;
      using cut = backend.reshape(kernel, { batch: taken, rows: 1, columns: n });
      backend.copy(cut, lines, index * n + first);
      await backend.yieldToDevice();
      run.signal.throwIfAborted();
    }
  }
  made.handOver();
  return whole;
};
