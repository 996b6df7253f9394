import { npyBytes } from '$lib/data/npy';
import type { CellReport } from '$lib/worker/protocol';

/** The training block of a kernel at one point. */
export interface MatrixNumbers {
  readonly rows: number;
  readonly columns: number;
  readonly data: readonly number[];
}

type Fields = Pick<CellReport, 'axes' | 'fields'>;

/** A cell as JSON: its axes, fields and health, as `kernelsheet run --json` has them. */
export const jsonOf = ({ kind, axes, fields, diagnostics }: CellReport): string =>
  `${JSON.stringify({ kind, axes: axes.map(({ name, values }) => ({ name, values })), fields, diagnostics }, null, 1)}\n`;

/** The fields of a cell that are numbers, so that each can be an array. */
export const numberFields = ({ fields }: Pick<CellReport, 'fields'>): readonly string[] =>
  Object.entries(fields).flatMap(([name, values]) =>
    typeof values === 'number' || (Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === 'number'))
      ? [name]
      : [],
  );

/** One field over the axes of its cell as a NumPy file. */
export const fieldNpy = ({ axes, fields }: Fields, name: string): Uint8Array | undefined => {
  const values = fields[name];
  if (typeof values === 'number') return npyBytes({ data: Float64Array.of(values), shape: [] });
  if (!Array.isArray(values)) return undefined;
  const numbers = values as readonly number[];
  const shape = axes.map((axis) => axis.values.length);
  const fits = shape.reduce((product, length) => product * length, 1) === numbers.length;
  return npyBytes({ data: Float64Array.from(numbers), shape: fits ? shape : [numbers.length] });
};

/** The matrices of a kernel as a NumPy file: one, or as many as its axes have points, stacked. */
export const matricesNpy = ({ axes }: Fields, matrices: readonly MatrixNumbers[]): Uint8Array | undefined => {
  const [first] = matrices;
  if (!first || matrices.some(({ rows, columns }) => rows !== first.rows || columns !== first.columns)) return undefined;
  const over = axes.map((axis) => axis.values.length);
  const points = over.reduce((product, length) => product * length, 1);
  const leading = points === matrices.length ? over : [matrices.length];
  return npyBytes({
    data: Float64Array.from(matrices.flatMap(({ data }) => data)),
    shape: [...leading, first.rows, first.columns],
  });
};
