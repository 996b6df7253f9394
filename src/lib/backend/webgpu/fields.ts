/** The layout of a row of numbers, written once: the host packs rows by these names, and shaders read them by constants made of them. */
export interface Fields<Name extends string> {
  /** Numbers of a row, with what pads it. */
  readonly size: number;
  /** Where each field begins. */
  readonly at: Readonly<Record<Name, number>>;
  /** For `defineKernel`: with the prefix `POINT` the size is `POINT` and the place of a field `readoutGain` is `POINT_READOUT_GAIN`. */
  readonly constants: Readonly<Record<string, number>>;
  /** A row of fields of one number each. */
  row(values: Readonly<Record<Name, number>>): number[];
}

/** Fields in order, each with how many numbers it has, in rows of `size` numbers. */
export const fields = <Name extends string>(prefix: string, widths: Readonly<Record<Name, number>>, size: number): Fields<Name> => {
  const names = Object.keys(widths) as Name[];
  const at = {} as Record<Name, number>;
  let next = 0;
  for (const name of names) {
    at[name] = next;
    next += widths[name];
  }
  if (next > size) throw new Error(`a row of ${size} numbers has no room for ${next}`);
  const constantOf = (name: string): string => `${prefix}_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  return {
    size,
    at,
    constants: { [prefix]: size, ...Object.fromEntries(names.map((name) => [constantOf(name), at[name]])) },
    row: (values) => names.map((name) => values[name]),
  };
};
