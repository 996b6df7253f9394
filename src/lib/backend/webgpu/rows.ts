import * as d from 'typegpu/data';

/** A struct of f32, or of structs of f32: rows of an array that shaders read by names (`layout.$.points[i].gain`) and the host packs by the same. */
export type Row = d.WgslStruct<Record<string, d.F32 | d.WgslStruct<Record<string, d.F32>>>>;

/** Numbers of a row. Without vectors nothing is padded. */
export const numbersIn = (row: Row): number => d.sizeOf(row) / 4;

/** Rows one after another, in the order of the fields; what is given is in double precision, and rounded here. */
export function packRows<R extends Row>(row: R, rows: readonly d.Infer<R>[]): Float32Array<ArrayBuffer> {
  const paths = pathsOf(row);
  const packed = new Float32Array(rows.length * paths.length);
  let at = 0;
  for (const values of rows as readonly Values[])
    for (const [name, inner] of paths) {
      const value = values[name];
      const number = typeof value === 'object' ? value[inner ?? ''] : value;
      if (number === undefined) throw new Error(`a row without ${name}`);
      packed[at++] = number;
    }
  return packed;
}

type Values = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

type Path = readonly [name: string, inner?: string];

/** The name of each number of a row, and its name within the struct that it is of. */
const pathsOf = (row: Row): readonly Path[] =>
  Object.entries(row.propTypes).flatMap(([name, type]): Path[] =>
    type.type === 'struct' ? Object.keys(type.propTypes).map((inner): Path => [name, inner]) : [[name]],
  );
