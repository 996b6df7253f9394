import { Problem } from '$lib/base/problem';
import type { AxisValue } from '$lib/graph/kind';
import { parse } from '$lib/sheet/parse';
import { printNumber } from '$lib/sheet/print';
import { printString } from '$lib/sheet/text';
import type { Chunk } from './chunks';

const print = (value: AxisValue): string => {
  if (typeof value === 'number') return printNumber(value);
  if (typeof value === 'string') return printString(value);
  if (typeof value === 'boolean') return String(value);
  return `[${value.map(print).join(', ')}]`;
};

/**
 * The sheet with the axes of a chunk cut down to its values, each number as it is to the last bit. Lines keep their places.
 *
 * @throws Problem when the sheet has no such cell.
 */
export const chunkText = (text: string, { axes }: Pick<Chunk, 'axes'>): string =>
  axes.reduce((sofar, { name, values }) => {
    const cell = parse(sofar).cells.find(({ key }) => key === name);
    if (!cell) throw new Problem(`the sheet has no cell ${name}`);
    return `${sofar.slice(0, cell.formulaSpan.from)}each(${values.map(print).join(', ')})${sofar.slice(cell.formulaSpan.to)}`;
  }, text);
