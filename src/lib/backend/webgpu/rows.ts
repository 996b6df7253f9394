import * as d from 'typegpu/data';

/** A struct of f32, or of structs of f32: rows of an array that shaders read by names (`layout.$.points[i].gain`) and the host packs by the same. */
export type Row = d.WgslStruct<Record<string, d.F32 | d.WgslStruct<Record<string, d.F32>>>>;

/** Numbers of a row. Without vectors nothing is padded. */
export const numbersIn = (row: Row): number => d.sizeOf(row) / 4;

/** Rows one after another, in the order of the fields; what is given is in double precision, and rounded here. */
export const packRows = <R extends Row>(row: R, rows: readonly d.Infer<R>[]): Float32Array<ArrayBuffer> =>
  Float32Array.from(rows.flatMap((values) => flatten(row, values)));

type Values = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

const flatten = (row: Row, values: Values): number[] =>
  Object.entries(row.propTypes).flatMap(([name, type]) => {
    const value = values[name];
    if (value === undefined) throw new Error(`a row without ${name}`);
    if (typeof value === 'number') return [value];
    return type.type === 'struct' ? flatten(type, value) : [];
  });
