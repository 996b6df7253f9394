import type { NumberTable } from '$lib/worker/numbers';
import { formatMeasured, formatValue } from '../format';

const isStderr = (name: string): boolean => name.endsWith('.stderr');

/** Header and rows for people: a field and its standard error in one column, `0.310 ± 0.012`. */
const readable = ({ axes, fields, rows }: NumberTable): { readonly header: readonly string[]; readonly body: readonly string[][] } => {
  const shown = fields.filter((name) => !isStderr(name) || !fields.includes(name.slice(0, -'.stderr'.length)));
  const column = (name: string): number => axes.length + fields.indexOf(name);
  const cell = (row: readonly unknown[], name: string): string => {
    const value = row[column(name)];
    const error = fields.includes(`${name}.stderr`) ? row[column(`${name}.stderr`)] : undefined;
    return typeof value === 'number' && typeof error === 'number' ? formatMeasured(value, error) : formatValue(value);
  };
  return {
    header: [...axes, ...shown],
    body: rows.map((row) => [...axes.map((_, index) => formatValue(row[index])), ...shown.map((name) => cell(row, name))]),
  };
};

const alone = ({ header, body }: ReturnType<typeof readable>): string | undefined =>
  header.length === 1 && body.length === 1 ? body[0]?.[0] : undefined;

/** A result as Markdown: one number as itself, more as a table. */
export const markdownOf = (table: NumberTable): string => {
  const words = readable(table);
  const number = alone(words);
  if (number !== undefined) return number;
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(words.header), line(words.header.map(() => '---:')), ...words.body.map(line)].join('\n')}\n`;
};

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A number for people as TeX: `0.310 \pm 0.012`, `2 \cdot 10^{-7}`. */
const numberTex = (text: string): string =>
  text
    .replaceAll('−', '-')
    .replaceAll('±', '\\pm')
    .replaceAll('·', ' \\cdot ')
    .replaceAll('∞', '\\infty')
    .replace(/10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/g, (_, sign: string, digits: string) => {
      const exponent = digits.replace(/./gu, (digit) => String(superscripts.indexOf(digit)));
      return `10^{${sign ? '-' : ''}${exponent}}`;
    });

const isNumeric = (text: string): boolean => /^[\d.\-−±·∞⁰¹²³⁴⁵⁶⁷⁸⁹⁻ ]+$/.test(text);
const escapeTex = (text: string): string =>
  text.replace(/[\\&%$#_{}~^]/g, (character) =>
    character === '\\' ? '\\textbackslash{}' : character === '~' || character === '^' ? `\\${character}{}` : `\\${character}`,
  );
const texCell = (text: string): string => (isNumeric(text) ? `$${numberTex(text)}$` : escapeTex(text));

/** A result as TeX: one number as `$0.31 \pm 0.01$`, more as a `tabular`. */
export const texOf = (table: NumberTable): string => {
  const words = readable(table);
  const number = alone(words);
  if (number !== undefined) return texCell(number);
  const row = (cells: readonly string[]): string => `  ${cells.join(' & ')} \\\\`;
  return [
    `\\begin{tabular}{${'r'.repeat(words.header.length)}}`,
    '  \\hline',
    row(words.header.map(escapeTex)),
    '  \\hline',
    ...words.body.map((cells) => row(cells.map(texCell))),
    '  \\hline',
    '\\end{tabular}',
    '',
  ].join('\n');
};
