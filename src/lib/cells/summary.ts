/** A number, text or boolean of a value, by name (`null` in a list where there is no value); `test.stderr` is the standard error of `test`. */
export type FieldNumbers = Readonly<Record<string, number | string | boolean | readonly (number | null)[]>>;

/** What `cell.field`, the interface and the JSON see of a value. */
export interface Summary {
  readonly fields: FieldNumbers;
  readonly diagnostics?: Readonly<Record<string, number>>;
  readonly warnings?: readonly string[];
  /** What a reader should know though nothing is wrong. */
  readonly notes?: readonly string[];
  /** Fields that such a value has as a rule but this one has not, with the reason. */
  readonly absent?: Readonly<Record<string, string>>;
}

/** The values of cells that are more than a number, a text or a list. Each says what it is, and most have named numbers. */
export interface Described {
  readonly summary?: Summary;
}

/** The named numbers of any value, its health, and what a reader must be warned of. */
export const summarise = (value: unknown): Summary => {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return { fields: { value } };
  const described = typeof value === 'object' && value !== null && 'type' in value ? (value as Described) : {};
  return described.summary ?? { fields: {} };
};
