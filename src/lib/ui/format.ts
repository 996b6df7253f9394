const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

const superscript = (exponent: number): string =>
  (exponent < 0 ? '⁻' : '') + String(Math.abs(exponent)).replace(/\d/g, (digit) => superscripts.charAt(Number(digit)));

/** A number for people: `digits` significant digits, a true minus, powers of ten where they are shorter. */
export const formatNumber = (value: number, digits = 3): string => {
  if (Number.isNaN(value)) return 'not a number';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (magnitude >= 1e5 || magnitude < 1e-3) {
    const [mantissa = '1', exponent = '0'] = magnitude.toExponential(digits - 1).split('e');
    const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return `${sign}${short === '1' ? '' : `${short}·`}10${superscript(Number(exponent))}`;
  }
  if (Number.isInteger(value)) return sign + String(magnitude);
  return sign + String(Number(magnitude.toPrecision(digits)));
};

/** `0.310 ± 0.012`: both to the place of the error's second digit. */
export const formatMeasured = (value: number, error: number | undefined): string => {
  if (error === undefined || !(error > 0)) return formatNumber(value);
  const places = Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(error))));
  if (Math.abs(value) >= 1e5 || places > 6) return `${formatNumber(value)} ± ${formatNumber(error, 2)}`;
  return `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(places)} ± ${error.toFixed(places)}`;
};

/** A duration: `812 ms`, `3.4 s`, `2 min 5 s`. */
export const formatDuration = (milliseconds: number): string => {
  if (milliseconds < 1) return '< 1 ms';
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(milliseconds < 9950 ? 1 : 0)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
};

/** A value of any plain type for people. */
export const formatValue = (value: unknown): string => {
  if (typeof value === 'number') return formatNumber(value, 4);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (Array.isArray(value)) return `[${value.map(formatValue).join(', ')}]`;
  // Nothing for undefined.
  return [value].join('');
};

/** Two values side by side: numbers that differ are told apart, however little. */
export const formatSides = (left: unknown, right: unknown): readonly [left: string, right: string] => {
  const both: readonly [string, string] = [formatValue(left), formatValue(right)];
  if (both[0] !== both[1] || typeof left !== 'number' || typeof right !== 'number' || left === right) return both;
  for (let digits = 5; digits < 17; digits++) {
    const more: readonly [string, string] = [formatNumber(left, digits), formatNumber(right, digits)];
    if (more[0] !== more[1]) return more;
  }
  return [String(left), String(right)];
};

/**
 * A number as it is written into a formula when a control is dragged: three significant digits for a logarithmic control,
 * the places of the step for a linear one.
 */
export const writeNumber = (value: number, step: number | undefined): string => {
  if (step === undefined || !(step > 0)) return String(Number(value.toPrecision(3)));
  const places = Math.min(12, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  return String(Number(value.toFixed(places)));
};
