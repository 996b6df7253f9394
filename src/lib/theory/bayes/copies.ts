import type { Backend, Matrix } from '$lib/backend/backend';
import { groups } from '$lib/theory/common/jackknife';

/**
 * Matrices [1, M, D] as one, [1, n·M, D], group by group: what belongs to a group of particles stays in it, so that the
 * jackknife sees copies of one chain together.
 */
export function concatenate(backend: Backend, parts: readonly Matrix[]): Matrix {
  const [first] = parts;
  if (!first) throw new Error('nothing to concatenate');
  const { rows, columns } = first;
  const each = rows / groups;
  using all = backend.zeros({ batch: groups * parts.length, rows: each, columns });
  parts.forEach((part, at) => {
    using grouped = backend.reshape(part, { batch: groups, rows: each, columns });
    for (let g = 0; g < groups; g++) {
      using group = backend.slice(grouped, g, 1);
      backend.copy(group, all, g * parts.length + at);
    }
  });
  return backend.reshape(all, { rows: parts.length * rows, columns });
}

/** Of a sample [1, n·M, D] made by `concatenate` the last [1, M, D]: a target has as many particles as were asked for. */
export function lastPart(backend: Backend, sample: Matrix, particles: number): Matrix {
  const copies = sample.rows / particles;
  if (copies === 1) return backend.slice(sample, 0, 1);
  const shape = { rows: particles / groups, columns: sample.columns };
  using all = backend.reshape(sample, { batch: groups * copies, ...shape });
  using out = backend.zeros({ batch: groups, ...shape });
  for (let g = 0; g < groups; g++) {
    using group = backend.slice(all, g * copies + copies - 1, 1);
    backend.copy(group, out, g);
  }
  return backend.reshape(out, { rows: particles, columns: sample.columns });
}
