/**
 * Functions in twice the double precision (a number is an unevaluated sum hi + lo; Dekker, "A floating-point technique for extending the
 * available precision", Numer. Math. 18, 1971), by plain series: what errors in units in the last place are measured against.
 */
export type Pair = readonly [hi: number, lo: number];

const quick = (a: number, b: number): Pair => {
  const sum = a + b;
  return [sum, b - (sum - a)];
};

const twoSum = (a: number, b: number): Pair => {
  const sum = a + b;
  const part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
};

const twoProduct = (a: number, b: number): Pair => {
  const product = a * b;
  const [a1, b1] = [134217729 * a, 134217729 * b];
  const [a2, b2] = [a1 - (a1 - a), b1 - (b1 - b)];
  const [a3, b3] = [a - a2, b - b2];
  return [product, a3 * b3 - (product - a2 * b2 - a3 * b2 - a2 * b3)];
};

export const pair = (a: number): Pair => [a, 0];
export const negative = ([a, b]: Pair): Pair => [-a, -b];

export const plus = (a: Pair, b: Pair): Pair => {
  const [sum, lost] = twoSum(a[0], b[0]);
  const [low, rest] = twoSum(a[1], b[1]);
  const [high, next] = quick(sum, lost + low);
  return quick(high, next + rest);
};

export const minus = (a: Pair, b: Pair): Pair => plus(a, negative(b));

export const times = (a: Pair, b: Pair): Pair => {
  const [product, lost] = twoProduct(a[0], b[0]);
  return quick(product, lost + (a[0] * b[1] + a[1] * b[0]));
};

export const over = (a: Pair, b: Pair): Pair => {
  const first = a[0] / b[0];
  const rest = minus(a, times(b, pair(first)));
  const second = rest[0] / b[0];
  return plus(quick(first, second), pair(minus(rest, times(b, pair(second)))[0] / b[0]));
};

export const root = (a: Pair): Pair => {
  if (a[0] === 0) return a;
  const first = Math.sqrt(a[0]);
  return plus(pair(first), pair(minus(a, twoProduct(first, first))[0] / (2 * first)));
};

const scaled = ([a, b]: Pair, by: number): Pair => [a * by, b * by];

const ln2: Pair = [0.6931471805599453, 2.3190468138462996e-17];
export const pi: Pair = [3.141592653589793, 1.2246467991473532e-16];
const half = scaled(pi, 0.5);

/** Σ of terms, each `next` of the one before, until they are below 2⁻¹¹⁰ of the sum. */
const series = (first: Pair, next: (term: Pair, n: number) => Pair): Pair => {
  let [sum, term] = [first, first];
  for (let n = 1; n < 500 && Math.abs(term[0]) > 7e-34 * Math.abs(sum[0]); n++) sum = plus(sum, (term = next(term, n)));
  return sum;
};

/** eˣ − 1 for |x| ≤ ½. */
const expm1Small = (x: Pair): Pair => (x[0] === 0 ? x : series(x, (term, n) => over(times(term, x), pair(n + 1))));

/** eˣ; within the range where its low part is no subnormal number. */
export const exp = (x: Pair): Pair => {
  const k = Math.round(x[0] / ln2[0]);
  const grown = plus(pair(1), expm1Small(minus(x, times(ln2, pair(k)))));
  const first = Math.trunc(k / 2);
  return scaled(scaled(grown, 2 ** first), 2 ** (k - first));
};

export const expm1 = (x: Pair): Pair => (Math.abs(x[0]) <= 0.5 ? expm1Small(x) : minus(exp(x), pair(1)));

/** ln m + k ln 2 by 2 artanh((m − 1)/(m + 1)), m near 1. */
export const log = (x: number): Pair => {
  const tiny = x < 2 ** -1000;
  let m = tiny ? x * 2 ** 100 : x;
  let k = Math.round(Math.log2(m));
  m = (m / 2 ** Math.trunc(k / 2)) * 2 ** -(k - Math.trunc(k / 2));
  if (tiny) k -= 100;
  const s = over(pair(m - 1), plus(pair(m), pair(1)));
  if (s[0] === 0) return times(ln2, pair(k));
  const square = times(s, s);
  let [sum, power] = [s, s];
  for (let n = 3; n < 200; n += 2) sum = plus(sum, over((power = times(power, square)), pair(n)));
  return plus(times(ln2, pair(k)), scaled(sum, 2));
};

const twoOverRootPi = over(pair(2), root(pi));
const squareOf = (x: number): Pair => twoProduct(x, x);

/** By 2/√π e^{−x²} Σ 2ⁿ x^{2n+1}/(2n+1)!!, whose terms are all of one sign. */
export const erf = (x: number): Pair => {
  if (Math.abs(x) > 6.2) return pair(Math.sign(x));
  if (x === 0) return pair(x);
  const twice = scaled(squareOf(x), 2);
  const sum = series(pair(x), (term, n) => over(times(term, twice), pair(2 * n + 1)));
  return times(times(twoOverRootPi, exp(negative(squareOf(x)))), sum);
};

export const erfSlope = (x: number): Pair => (Math.abs(x) > 30 ? pair(0) : times(twoOverRootPi, exp(negative(squareOf(x)))));

export const tanh = (x: number): Pair => {
  if (Math.abs(x) > 40) return pair(Math.sign(x));
  const e = expm1(pair(2 * Math.abs(x)));
  return scaled(over(e, plus(e, pair(2))), x < 0 ? -1 : 1);
};

export const tanhSlope = (x: number): Pair => {
  if (Math.abs(x) > 400) return pair(0);
  const q = exp(pair(-2 * Math.abs(x)));
  const sum = plus(q, pair(1));
  return over(scaled(q, 4), times(sum, sum));
};

/** cos and sin of x in [−10, 10]. */
export const circle = (x: Pair): readonly [cosine: Pair, sine: Pair] => {
  const n = Math.round(x[0] / half[0]);
  const y = minus(x, times(half, pair(n)));
  const square = negative(times(y, y));
  const sine = series(y, (term, i) => over(times(term, square), pair(2 * i * (2 * i + 1))));
  const cosine = series(pair(1), (term, i) => over(times(term, square), pair(2 * i * (2 * i - 1))));
  const turns = [
    [cosine, sine],
    [negative(sine), cosine],
    [negative(cosine), negative(sine)],
    [sine, negative(cosine)],
  ] as const;
  return turns[((n % 4) + 4) % 4]!;
};

/** The angle of (x, y): that of the doubles, and the tangent of what is missing. */
export const atan2 = (y: Pair, x: Pair): Pair => {
  const near = Math.atan2(y[0], x[0]);
  if (near === 0) return y[0] === 0 ? pair(near) : over(y, x);
  const [c, s] = circle(pair(near));
  return plus(pair(near), over(minus(times(y, c), times(x, s)), plus(times(x, c), times(y, s))));
};

const leg = (x: number): Pair => root(times(minus(pair(1), pair(x)), plus(pair(1), pair(x))));
export const asin = (x: number): Pair => (Math.abs(x) < 1e-150 ? pair(x) : atan2(pair(x), leg(x)));
export const acos = (x: number): Pair => atan2(leg(x), pair(x));

/** Spacing of doubles at the magnitude of `size`, at least that of the subnormal numbers. */
const spacing = (size: number): number => {
  let exponent = Math.floor(Math.log2(Math.max(size, 2 ** -1022)));
  // Math.log2 may round up across a power of two.
  if (2 ** exponent > size && exponent > -1022) exponent--;
  return 2 ** Math.max(-1074, exponent - 52);
};

/** |got − exact| in units in the last place; what is no finite number must match. */
export const ulps = (got: number, exact: Pair): number => {
  const [hi, lo] = exact;
  if (Number.isNaN(hi)) return Number.isNaN(got) ? 0 : Infinity;
  if (!Number.isFinite(hi) || !Number.isFinite(got)) return got === hi || Math.abs(hi) >= 1.7976931348623155e308 ? 0 : Infinity;
  return Math.abs(got - hi - lo) / spacing(Math.abs(hi));
};
