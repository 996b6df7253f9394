import { compile } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import { parse } from '$lib/sheet/parse';

/** The formulas of a cell and of all that it is computed from, as one text; without a key, or where there is no such cell, the sheet. */
export const signatureOf = (text: string, key: string | undefined): string => {
  const { cells } = compile(parse(text), kinds);
  if (key === undefined || !cells.has(key)) return text;
  const seen = new Set([key]);
  const lines: string[] = [];
  for (const one of seen) {
    const compiled = cells.get(one);
    if (!compiled) continue;
    const { from, to } = compiled.cell.formulaSpan;
    lines.push(`${one} = ${text.slice(from, to)}`);
    for (const other of compiled.precedents) seen.add(other);
  }
  return lines.join('\n');
};
