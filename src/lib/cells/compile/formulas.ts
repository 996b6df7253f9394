import type { Formula } from '$lib/sheet/formula';

/** A number, text, boolean or list of these written out; anything else is not literal. */
export const literalOf = (formula: Formula): { readonly value: unknown } | undefined => {
  switch (formula.type) {
    case 'number':
    case 'string':
    case 'boolean':
      return { value: formula.value };
    case 'negate':
      return formula.of.type === 'number' ? { value: -formula.of.value } : undefined;
    case 'list': {
      const items = formula.items.map(literalOf);
      return items.every((item) => item !== undefined) ? { value: items.map((item) => item.value) } : undefined;
    }
    default:
      return undefined;
  }
};

/** `a.test.stderr` as its base `a` and its path `test.stderr`. */
export const fieldPath = (formula: Formula): { readonly base: Formula; readonly path: string } => {
  if (formula.type !== 'field') return { base: formula, path: '' };
  const { base, path } = fieldPath(formula.of);
  return { base, path: path ? `${path}.${formula.name}` : formula.name };
};
