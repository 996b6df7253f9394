import type { Matrix, ParticleProblem, ProductOptions, Shape } from './backend';

/** The batch that matrices broadcast to: all equal, or 1. */
export const commonBatch = (...matrices: readonly Matrix[]): number => {
  let batch = 1;
  for (const matrix of matrices) {
    if (matrix.batch === batch || matrix.batch === 1) continue;
    if (batch !== 1) throw new Error(`batches of ${batch} and ${matrix.batch} do not broadcast`);
    batch = matrix.batch;
  }
  return batch;
};

/** The batch to which matrices and lists of coefficients broadcast. */
export const batchWith = (matrices: readonly Matrix[], values: readonly (number | readonly number[])[]): number => {
  const batch = commonBatch(...matrices);
  const lengths = values.flatMap((value) => (typeof value === 'number' || value.length === 1 ? [] : [value.length]));
  const longest = lengths[0] ?? batch;
  if (lengths.some((length) => length !== longest) || (batch !== 1 && longest !== batch))
    throw new Error(`coefficients of lengths ${lengths.join(', ')} do not fit a batch of ${batch}`);
  return longest;
};

/** One value, or one a batch entry. */
export const perEntry = (value: number | readonly number[], index: number): number => {
  if (typeof value === 'number') return value;
  const found = value.length === 1 ? value[0] : value[index];
  if (found === undefined) throw new Error(`${value.length} coefficients for a batch that has an entry ${index}`);
  return found;
};

/** Throws unless rows and columns are as expected. */
export const expectShape = (matrix: Matrix, rows: number, columns: number, what: string): void => {
  if (matrix.rows !== rows || matrix.columns !== columns)
    throw new Error(`${what}: expected ${rows} × ${columns}, got ${matrix.rows} × ${matrix.columns}`);
};

/** The batch of Σ cᵢ Aᵢ, see `Backend.combine`; throws where the terms, or the result to write into, do not fit. */
export const combinedBatch = (
  terms: readonly (readonly [coefficient: number | readonly number[], matrix: Matrix])[],
  into: Matrix | undefined,
): number => {
  const first = terms[0]?.[1];
  if (!first || terms.length > 4) throw new Error(`combine takes one to four terms, got ${terms.length}`);
  for (const [, matrix] of terms) expectShape(matrix, first.rows, first.columns, 'a term of combine');
  const batch = batchWith(
    terms.map(([, matrix]) => matrix),
    terms.map(([coefficient]) => coefficient),
  );
  if (into) expectShape(into, first.rows, first.columns, 'the result of combine');
  if (into && into.batch !== batch) throw new Error(`combine: the result has ${into.batch} entries, not ${batch}`);
  return batch;
};

/** Sizes of C = alpha · op(A) op(B) + beta · C, see `Backend.product`; throws where factors, or the result to write into, do not fit. */
export const productShape = (a: Matrix, b: Matrix, options: ProductOptions): Required<Shape> & { readonly inner: number } => {
  const { transposeA = false, transposeB = false, into } = options;
  const [rows, inner] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
  const [inside, columns] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
  if (inside !== inner) throw new Error(`product: inner sizes ${inner} and ${inside} differ`);
  const batch = commonBatch(a, b);
  if (into) expectShape(into, rows, columns, 'the result of product');
  if (into && into.batch !== batch) throw new Error(`product: the result has ${into.batch} entries, not ${batch}`);
  return { batch, rows, columns, inner };
};

/** Throws unless there are as many numbers as the shape holds. */
export const expectNumbers = (count: number, shape: Shape, what: string): void => {
  if (count !== sizeOf(shape)) throw new Error(`${what}: ${count} numbers for a shape of ${sizeOf(shape)}`);
};

/** Throws unless a batch has these entries. */
export const expectEntries = (matrix: Matrix, first: number, count: number, what: string): void => {
  if (!(first >= 0 && count >= 0 && first + count <= matrix.batch))
    throw new Error(`${what}: no entries ${first} … ${first + count - 1} in a batch of ${matrix.batch}`);
};

/** Throws unless the average of Δ, see `particleSteps`, has an entry a sweep point. */
export const expectAverage = (problem: ParticleProblem, average: Matrix | undefined): void => {
  if (average && average.batch !== problem.points.length) throw new Error('average needs one entry a sweep point');
  if (average) expectShape(average, problem.inputs.rows, 1, 'average of the dual');
};

/** How many numbers a shape holds. */
export const sizeOf = (shape: Shape): number => (shape.batch ?? 1) * shape.rows * shape.columns;

/** The shape with its batch said; throws where a size is not a whole number. */
export const fullShape = (shape: Shape): Required<Shape> => {
  const batch = shape.batch ?? 1;
  for (const size of [batch, shape.rows, shape.columns])
    if (!Number.isInteger(size) || size < 0) throw new Error(`a matrix of shape [${batch}, ${shape.rows}, ${shape.columns}] cannot be`);
  return { batch, rows: shape.rows, columns: shape.columns };
};
