import type { Activation } from './activation';
import { activationFunctions, erf } from './special';

/** Writes φ(h) and φ′(h) for `count` numbers, all arrays from place `at` on. */
export type Fill = (h: Float64Array, values: Float64Array, slopes: Float64Array, at: number, count: number) => void;

/** Places of a table in one unit of h, and how far it goes: beyond, erf and tanh are ±1 to 10⁻¹⁵. */
const perUnit = 64;
const reach = { erf: 6, tanh: 18 } as const;
/** Coefficients of a place: powers 0 … 7 of the distance from it, at most 1/128, so that what is left out is below 10⁻¹⁵. */
const terms = 8;

/** Taylor coefficients of erf at h: φ′ = (2/√π) e^{−h²} obeys s′ = −2hs. */
function erfTerms(h: number, out: Float64Array, at: number): void {
  let [before, slope] = [0, (2 / Math.sqrt(Math.PI)) * Math.exp(-h * h)];
  out[at] = erf(h);
  for (let k = 1; k < terms; k++) {
    out[at + k] = slope / k;
    [before, slope] = [slope, (-2 * (h * slope + before)) / k];
  }
}

/** Taylor coefficients of tanh at h, by φ′ = 1 − φ². */
function tanhTerms(h: number, out: Float64Array, at: number): void {
  out[at] = Math.tanh(h);
  out[at + 1] = activationFunctions.tanh.slope(h);
  for (let k = 1; k < terms - 1; k++) {
    let square = 0;
    for (let i = 0; i <= k; i++) square += out[at + i]! * out[at + k - i]!;
    out[at + k + 1] = -square / (k + 1);
  }
}

const tables = new Map<'erf' | 'tanh', Float64Array>();

function tableOf(activation: 'erf' | 'tanh'): Float64Array {
  const known = tables.get(activation);
  if (known) return known;
  const places = 2 * reach[activation] * perUnit + 1;
  const table = new Float64Array(places * terms);
  const fill = activation === 'erf' ? erfTerms : tanhTerms;
  for (let i = 0; i < places; i++) fill(i / perUnit - reach[activation], table, i * terms);
  tables.set(activation, table);
  return table;
}

function tabled(activation: 'erf' | 'tanh'): Fill {
  const table = tableOf(activation);
  const far = reach[activation];
  return (h, values, slopes, at, count) => {
    for (let k = at; k < at + count; k++) {
      const x = h[k]!;
      if (!(x > -far && x < far)) {
        values[k] = x > 0 ? 1 : x < 0 ? -1 : NaN;
        slopes[k] = Number.isNaN(x) ? NaN : 0;
        continue;
      }
      const place = Math.round((x + far) * perUnit);
      const t = x - (place / perUnit - far);
      const c = place * terms;
      let value = table[c + terms - 1]!;
      let slope = value;
      value = value * t + table[c + 6]!;
      slope = slope * t + value;
      value = value * t + table[c + 5]!;
      slope = slope * t + value;
      value = value * t + table[c + 4]!;
      slope = slope * t + value;
      value = value * t + table[c + 3]!;
      slope = slope * t + value;
      value = value * t + table[c + 2]!;
      slope = slope * t + value;
      value = value * t + table[c + 1]!;
      slope = slope * t + value;
      values[k] = value * t + table[c]!;
      slopes[k] = slope;
    }
  };
}

const relu: Fill = (h, values, slopes, at, count) => {
  for (let k = at; k < at + count; k++) {
    const x = h[k]!;
    values[k] = x <= 0 ? 0 : x;
    slopes[k] = x <= 0 ? 0 : x > 0 ? 1 : NaN;
  }
};

const linear: Fill = (h, values, slopes, at, count) => {
  for (let k = at; k < at + count; k++) {
    values[k] = h[k]!;
    slopes[k] = 1;
  }
};

const quadratic: Fill = (h, values, slopes, at, count) => {
  for (let k = at; k < at + count; k++) {
    values[k] = h[k]! * h[k]! - 1;
    slopes[k] = 2 * h[k]!;
  }
};

/**
 * φ and φ′ at many places at once, for plain loops that ask for them more than for anything else: erf and tanh from Taylor series about the places of
 * a table, right to 10⁻¹⁵ absolutely, some five times quicker than one by one. The same function at every place, so that Metropolis steps are exact for
 * it.
 */
export function fillOf(activation: Activation): Fill {
  if (activation === 'erf' || activation === 'tanh') return tabled(activation);
  return { relu, linear, quadratic }[activation];
}
