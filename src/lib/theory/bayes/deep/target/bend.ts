import type { Activation } from '$lib/base/activation';
import { erf } from '$lib/base/special';

/** φ and φ′ at many places at once. */
export interface Bend {
  readonly activation: Activation;
  /** Whether φ(−h) = −φ(h). */
  readonly odd: boolean;
  /** Writes φ(h) and φ′(h) for `count` numbers, all arrays from place `at` on. */
  fill(h: Float64Array, values: Float64Array, slopes: Float64Array, at: number, count: number): void;
  /** φ″(h) from h, φ and φ′; of relu a normal density of the given deviation instead of δ(h). */
  second(h: number, value: number, slope: number, deviation: number): number;
}

/** Places of a table in one unit of h, and how far it goes: beyond, erf and tanh are ±1 to 10⁻¹⁵. */
const perUnit = 64;
const reach = { erf: 6, tanh: 18 } as const;

interface Table {
  readonly reach: number;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  readonly seconds: Float64Array;
}

const tables = new Map<'erf' | 'tanh', Table>();

/** φ, φ′/64 and φ″/64 at the places of the table. */
function tableOf(activation: 'erf' | 'tanh'): Table {
  const known = tables.get(activation);
  if (known) return known;
  const places = Float64Array.from({ length: 2 * reach[activation] * perUnit + 2 }, (_, i) => i / perUnit - reach[activation]);
  const values = places.map(activation === 'erf' ? erf : Math.tanh);
  const slopes = places.map((h, i) => (activation === 'erf' ? (2 / Math.sqrt(Math.PI)) * Math.exp(-h * h) : 1 - values[i]! ** 2));
  const seconds = places.map((h, i) => (activation === 'erf' ? -2 * h : -2 * values[i]!) * slopes[i]!);
  const table = { reach: reach[activation], values, slopes, seconds };
  tables.set(activation, table);
  return table;
}

/**
 * erf and tanh by cubic Hermite interpolation of a table, 10⁻⁹ right, and φ′ as well: the moves of particles ask for them more than
 * for anything else. The same function at every place, so that Metropolis steps are exact for it.
 */
function tabled(activation: 'erf' | 'tanh'): Bend {
  const { reach: far, values: v, slopes: s, seconds: c } = tableOf(activation);
  const step = 1 / perUnit;
  return {
    activation,
    odd: true,
    fill(h, values, slopes, at, count) {
      for (let k = at; k < at + count; k++) {
        const x = h[k]!;
        if (!(x > -far && x < far)) {
          values[k] = x > 0 ? 1 : x < 0 ? -1 : NaN;
          slopes[k] = 0;
          continue;
        }
        const place = (x + far) * perUnit;
        const i = place | 0;
        const t = place - i;
        const u = 1 - t;
        const a = u * u * (1 + 2 * t);
        const b = t * t * (3 - 2 * t);
        const d = u * u * t * step;
        const e = -t * t * u * step;
        values[k] = a * v[i]! + b * v[i + 1]! + d * s[i]! + e * s[i + 1]!;
        slopes[k] = a * s[i]! + b * s[i + 1]! + d * c[i]! + e * c[i + 1]!;
      }
    },
    second: activation === 'erf' ? (h, _, slope) => -2 * h * slope : (_, value, slope) => -2 * value * slope,
  };
}

const relu: Bend = {
  activation: 'relu',
  odd: false,
  fill(h, values, slopes, at, count) {
    for (let k = at; k < at + count; k++) {
      const x = h[k]!;
      values[k] = x > 0 ? x : 0;
      slopes[k] = x > 0 ? 1 : 0;
    }
  },
  second: (h, _, _slope, deviation) => Math.exp((-0.5 * h * h) / (deviation * deviation)) / (Math.sqrt(2 * Math.PI) * deviation),
};

const linear: Bend = {
  activation: 'linear',
  odd: true,
  fill(h, values, slopes, at, count) {
    for (let k = at; k < at + count; k++) {
      values[k] = h[k]!;
      slopes[k] = 1;
    }
  },
  second: () => 0,
};

/** @throws for activations without deep networks. */
export function bendOf(activation: Activation): Bend {
  if (activation === 'erf' || activation === 'tanh') return tabled(activation);
  if (activation === 'relu') return relu;
  if (activation === 'linear') return linear;
  throw new Error(`no deep networks of ${activation}`);
}
