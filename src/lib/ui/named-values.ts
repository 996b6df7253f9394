import type { CellReport } from '$lib/worker/protocol';
import { formatMeasured, formatNumber, formatValue } from './format';

/** The named numbers of a cell for people, each with its standard error; over axes, from the least to the greatest. */
export const namedValues = ({ fields }: Pick<CellReport, 'fields'>): { name: string; text: string }[] =>
  Object.entries(fields)
    .filter(([name]) => !name.endsWith('.stderr'))
    .map(([name, value]) => {
      const error = fields[`${name}.stderr`];
      if (typeof value === 'number') return { name, text: formatMeasured(value, typeof error === 'number' ? error : undefined) };
      if (!Array.isArray(value)) return { name, text: formatValue(value) };
      const numbers = value.filter((one): one is number => typeof one === 'number');
      const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)];
      if (numbers.length === 0) return { name, text: `${value.length} values` };
      return { name, text: least === greatest ? formatNumber(least) : `${formatNumber(least)} … ${formatNumber(greatest)}` };
    });
