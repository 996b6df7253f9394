import { shorten } from './number-text';

/** What the inputs of a training set are like, before a theory sees them. */
export interface InputScale {
  /** Mean of |x|²/D over training: 1 is what the parameters of the theories are made for. */
  readonly norm: number;
  /** |mean input|² over the mean of |x − mean|²: how much alike all inputs are. */
  readonly offset: number;
  /** The greatest |entry|. */
  readonly largest: number;
  readonly columns: readonly ColumnScale[];
}

export interface ColumnScale {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  /** Standard deviation. */
  readonly spread: number;
}

/**
 * Measures inputs. Numbers too large for their squares give infinite figures.
 * @param inputs [P, D] row-major
 */
export const inputScale = (inputs: Float64Array, dimension: number): InputScale => {
  const count = inputs.length / dimension;
  const columns = Array.from({ length: dimension }, (_, column): ColumnScale => {
    let [low, high, shift] = [Infinity, -Infinity, 0];
    const first = inputs[column]!;
    for (let index = column; index < inputs.length; index += dimension) {
      const x = inputs[index]!;
      low = Math.min(low, x);
      high = Math.max(high, x);
      shift += x / count - first / count;
    }
    const mean = first + shift;
    let variance = 0;
    const unit = Math.max(high - mean, mean - low);
    for (let index = column; index < inputs.length && unit > 0; index += dimension)
      variance += ((inputs[index]! - mean) / unit) ** 2 / count;
    return { low, high, mean, spread: unit * Math.sqrt(variance) };
  });
  const sum = (term: (column: ColumnScale) => number): number => columns.reduce((total, column) => total + term(column), 0);
  const means = sum(({ mean }) => mean * mean);
  const variances = sum(({ spread }) => spread * spread);
  // Of the greatest magnitude 1, so that squares neither over- nor underflow.
  const largest = columns.reduce((most, { low, high }) => Math.max(most, -low, high), 0);
  const [offMean, offSpread] = [sum(({ mean }) => (mean / largest) ** 2), sum(({ spread }) => (spread / largest) ** 2)];
  return { norm: (means + variances) / dimension, offset: offSpread > 0 ? offMean / offSpread : 0, largest, columns };
};

const short = (value: number): string => {
  if (!Number.isFinite(value)) return value > 0 ? 'more than 1e308' : String(value);
  return String(Number(value.toPrecision(3)));
};

/** The two ends of a range, to as many digits as tell them apart. */
const ends = (low: number, high: number): string => {
  const digits = low === high ? 3 : Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low))) + 2;
  const told = (value: number): string => String(Number(value.toPrecision(Math.min(17, Math.max(3, digits)))));
  return `${told(low)} … ${told(high)}`;
};

/** `"year" 1990 … 2020` of a few columns, the first ones of a list. */
const ranges = (order: readonly number[], { columns }: InputScale, names: readonly string[]): string =>
  order
    .slice(0, 3)
    .map((index) => `"${shorten(names[index] ?? '')}" ${ends(columns[index]!.low, columns[index]!.high)}`)
    .join(', ') + (order.length > 3 ? ', …' : '');

/** Sizes |x|²/D outside these saturate an erf, or leave nothing of it but its slope, at the usual γ and T. */
const [least, most] = [1 / 30, 30];
/** Beyond this offset every pair of inputs has a correlation above 0.99. */
const mostOffset = 100;
/** A column ten thousand times the variance of another leaves nothing of it. */
const mostUneven = 1e4;

const sorted = (scale: InputScale, key: (column: ColumnScale) => number): number[] =>
  scale.columns.map((_, index) => index).sort((a, b) => key(scale.columns[b]!) - key(scale.columns[a]!));

/**
 * What a reader must be warned of: inputs of a size, an offset or unequal scales at which theories suffer. Empty when all is well.
 * @param names of the columns
 */
export const scaleWarnings = (scale: InputScale, names: readonly string[]): string[] => {
  const { norm, offset, largest, columns } = scale;
  const remedy = 'standardise: true shifts and scales every input';
  const warnings: string[] = [];
  const said = `mean |x|²/D is ${short(norm)}`;
  const size = (column: ColumnScale): number => Math.max(Math.abs(column.low), Math.abs(column.high));
  if (norm > most)
    warnings.push(
      `the inputs are large, ${said}, where theories expect about 1: activations saturate (${ranges(sorted(scale, size), scale, names)}); ${remedy}`,
    );
  else if (norm < least)
    warnings.push(
      largest === 0
        ? 'the inputs are all 0: the network sees nothing of them'
        : `the inputs are small, ${said}, where theories expect about 1: the network sees almost nothing of them (${ranges(sorted(scale, size), scale, names)}); ${remedy}`,
    );
  if (offset > mostOffset) {
    const order = sorted(scale, (column) => (column.spread > 0 ? Math.abs(column.mean) / column.spread : Infinity));
    warnings.push(
      `the inputs lie far from 0 beside their spread, |mean|² is ${short(offset)} times their variance: all examples look alike (${ranges(order, scale, names)}); ${remedy}`,
    );
  }
  const varied = columns.filter(({ spread }) => spread > 0);
  const greatest = varied.reduce((high, { spread }) => Math.max(high, spread), 0);
  const smallest = varied.reduce((low, { spread }) => Math.min(low, spread), Infinity);
  if (varied.length > 1 && greatest > Math.sqrt(mostUneven) * smallest) {
    const order = sorted(scale, ({ spread }) => spread).filter((index) => columns[index]!.spread > 0);
    const few = [order[0]!, order.at(-1)!];
    warnings.push(`the columns have unequal scales, ${ranges(few, scale, names)}: the smaller is lost beside the larger; ${remedy}`);
  }
  return warnings;
};

/** The scale of inputs in one line, for a note. */
export const scaleNote = (scale: InputScale, names: readonly string[]): string =>
  `mean |x|²/D ${short(scale.norm)}, |mean|²/variance ${short(scale.offset)}; ${ranges(
    scale.columns.map((_, index) => index),
    scale,
    names,
  )}`;
