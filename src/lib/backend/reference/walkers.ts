import { fillOf, type Fill } from '$lib/base/activation-table';
import { normals } from '$lib/base/philox';
import type { RandomKey, WalkerField, WalkerState, WalkerStride } from '$lib/backend/backend';
import { walkerSizes } from '$lib/backend/walker-shapes';
import { own, ReferenceMatrix, type Counters } from './matrix';

/** Walkers handled side by side: their numbers stay in the cache, and loops over them are long. */
const abreast = 64;

/** A field and the neurons in it, as plain numbers. */
interface Plain {
  readonly n: number;
  readonly samples: number;
  readonly count: number;
  readonly fill: Fill;
  readonly factor: Float64Array;
  readonly conjugate: Float64Array;
  readonly means: Float64Array | undefined;
  readonly tilts: Float64Array | undefined;
  readonly z: Float64Array;
  readonly h: Float64Array;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

function plainOf(field: WalkerField, state: WalkerState): Plain {
  const { copies, samples, n } = walkerSizes(field, state);
  return {
    n,
    samples,
    count: copies * samples,
    fill: fillOf(field.activation),
    factor: own(field.factor).values,
    conjugate: own(field.conjugate).values,
    means: field.means && own(field.means).values,
    tilts: field.tilts && own(field.tilts).values,
    z: own(state.z).values,
    h: own(state.h).values,
    values: own(state.values).values,
    slopes: own(state.slopes).values,
  };
}

/** See `Backend.placeWalkers`. */
export function placeWalkers(_: Counters, field: WalkerField, state: WalkerState): void {
  place(plainOf(field, state));
}

function place({ n, samples, count, fill, factor, means, z, h, values, slopes }: Plain): void {
  for (let k = 0; k < count; k++) {
    const at = k * n;
    const from = (k % samples) * n;
    for (let i = 0; i < n; i++) {
      let sum = means ? means[from + i]! : 0;
      for (let j = 0; j <= i; j++) sum += factor[i * n + j]! * z[at + j]!;
      h[at + i] = sum;
    }
  }
  fill(h, values, slopes, 0, h.length);
}

/** See `Backend.pullWalkers`. */
export function pullWalkers(counters: Counters, field: WalkerField, state: WalkerState): ReferenceMatrix {
  const { n, samples, count, conjugate, tilts, values, slopes } = plainOf(field, state);
  const made = ReferenceMatrix.zeros(counters, state.z);
  const pulls = made.values;
  for (let k = 0; k < count; k++) {
    const at = k * n;
    const from = (k % samples) * n;
    for (let i = 0; i < n; i++) {
      let sum = tilts ? tilts[from + i]! : 0;
      for (let j = 0; j < n; j++) sum += conjugate[i * n + j]! * values[at + j]!;
      pulls[at + i] = slopes[at + i]! * sum;
    }
  }
  return made;
}

/** See `Backend.moveWalkers`; yields between some and some of the walkers, and its value is how many moves were accepted. */
export function* moveWalkers(
  field: WalkerField,
  state: WalkerState,
  stride: WalkerStride,
  key: RandomKey,
  { flips, placed = false }: { readonly flips?: RandomKey | undefined; readonly placed?: boolean } = {},
): Generator<undefined, number> {
  const plain = plainOf(field, state);
  const { n, count } = plain;
  const drawn = normals(count * (n + 2), key);
  yield;
  if (flips) {
    if (!placed) place(plain);
    flip(plain, normals(2 * count, flips));
    yield;
  }
  const some = Math.max(abreast, Math.floor(2e6 / ((stride.leaps + 1) * (2 * n * n + 20 * n))));
  const scratch = scratchOf(n);
  let accepted = 0;
  for (let first = 0; first < count; first += some) {
    if (first > 0) yield;
    accepted += move(plain, scratch, drawn, stride, first, Math.min(count, first + some));
  }
  return accepted;
}

interface Scratch {
  readonly z: Float64Array;
  readonly p: Float64Array;
  readonly h: Float64Array;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  readonly pull: Float64Array;
  readonly kick: Float64Array;
  readonly g: Float64Array;
  readonly energy: Float64Array;
}

/** Working arrays, [n, 64]. */
function scratchOf(n: number): Scratch {
  const blank = (rows: number): Float64Array => new Float64Array(rows * abreast);
  const [z, p, h, values, slopes, pull, kick] = [blank(n), blank(n), blank(n), blank(n), blank(n), blank(n), blank(n)];
  return { z, p, h, values, slopes, pull, kick, g: blank(1), energy: blank(1) };
}

/** A step of walkers first … end − 1. */
function move(plain: Plain, some: Scratch, drawn: Float64Array, { dt, leaps }: WalkerStride, first: number, end: number): number {
  const { n } = plain;
  const [cosine, sine] = [Math.cos(dt), Math.sin(dt)];
  const half = 0.5 * dt;
  const { z, p, kick, energy, g } = some;
  let accepted = 0;
  for (let from = first; from < end; from += abreast) {
    const width = Math.min(abreast, end - from);
    for (let w = 0; w < width; w++) {
      const at = (from + w) * n;
      const draw = (from + w) * (n + 2);
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const [place, speed] = [plain.z[at + i]!, drawn[draw + i]!];
        z[i * abreast + w] = place;
        p[i * abreast + w] = speed;
        sum += place * place + speed * speed;
      }
      energy[w] = -0.5 * sum;
    }
    evaluate(plain, some, from, width);
    for (let w = 0; w < width; w++) {
      energy[w]! += g[w]!;
      keep(plain, some, from, w);
    }
    for (let leap = 0; leap < leaps; leap++) {
      for (let i = 0; i < n; i++)
        for (let k = i * abreast; k < i * abreast + width; k++) {
          const pushed = p[k]! + half * kick[k]!;
          const before = z[k]!;
          z[k] = cosine * before + sine * pushed;
          p[k] = cosine * pushed - sine * before;
        }
      evaluate(plain, some, from, width);
      for (let i = 0; i < n; i++) for (let k = i * abreast; k < i * abreast + width; k++) p[k]! += half * kick[k]!;
    }
    for (let w = 0; w < width; w++) {
      let sum = 0;
      for (let k = w; k < n * abreast; k += abreast) sum += z[k]! * z[k]! + p[k]! * p[k]!;
      const draw = (from + w) * (n + 2) + n;
      // H(new) − H(old), as g counts negatively.
      if (energy[w]! - g[w]! + 0.5 * sum < 0.5 * (drawn[draw]! ** 2 + drawn[draw + 1]! ** 2)) {
        keep(plain, some, from, w);
        accepted++;
      }
    }
  }
  return accepted;
}

/** x ← x + a y from places `to` and `from` on. */
function addTo(x: Float64Array, to: number, a: number, y: Float64Array, from: number, count: number): void {
  for (let w = 0; w < count; w++) x[to + w]! += a * y[from + w]!;
}

/** h, φ, φ′, g and the kick where z is. */
function evaluate({ n, samples, fill, factor, conjugate, means, tilts }: Plain, some: Scratch, first: number, width: number): void {
  const { z, h, values, slopes, pull, kick, g } = some;
  for (let i = 0; i < n; i++) {
    const to = i * abreast;
    if (means) for (let w = 0; w < width; w++) h[to + w] = means[((first + w) % samples) * n + i]!;
    else h.fill(0, to, to + width);
    for (let j = 0; j <= i; j++) addTo(h, to, factor[i * n + j]!, z, j * abreast, width);
    fill(h, values, slopes, to, width);
  }
  g.fill(0);
  kick.fill(0);
  for (let i = 0; i < n; i++) {
    const to = i * abreast;
    pull.fill(0, to, to + width);
    for (let j = 0; j < n; j++) addTo(pull, to, conjugate[i * n + j]!, values, j * abreast, width);
    for (let w = 0; w < width; w++) {
      const tilt = tilts ? tilts[((first + w) % samples) * n + i]! : 0;
      const sum = pull[to + w]!;
      g[w]! += values[to + w]! * (0.5 * sum + tilt);
      pull[to + w] = slopes[to + w]! * (sum + tilt);
    }
    for (let j = 0; j <= i; j++) addTo(kick, j * abreast, factor[i * n + j]!, pull, to, width);
  }
}

/** Puts a walker where it was evaluated last. */
function keep(plain: Plain, { z, h, values, slopes }: Scratch, first: number, w: number): void {
  const { n } = plain;
  const at = (first + w) * n;
  for (let i = 0; i < n; i++) {
    const from = i * abreast + w;
    plain.z[at + i] = z[from]!;
    plain.h[at + i] = h[from]!;
    plain.values[at + i] = values[from]!;
    plain.slopes[at + i] = slopes[from]!;
  }
}

/** h → −h by the Metropolis rule: between the two wells of ½γ²(Δ·φ)² rotations seldom cross. */
function flip({ n, samples, count, factor, means, tilts, z, h, values }: Plain, drawn: Float64Array): void {
  if (!means) return;
  const shift = new Float64Array(n);
  for (let k = 0; k < count; k++) {
    const at = k * n;
    const from = (k % samples) * n;
    let energy = 0;
    for (let i = 0; i < n; i++) {
      let sum = means[from + i]!;
      const row = i * n;
      for (let j = 0; j < i; j++) sum -= factor[row + j]! * shift[j]!;
      const pivot = factor[row + i]!;
      shift[i] = pivot === 0 ? 0 : sum / pivot;
      // ½|z + 2s|² − ½|z|², and g(−h) = g(h) − 2b·φ.
      energy += 2 * shift[i]! * (z[at + i]! + shift[i]!);
      if (tilts) energy += 2 * tilts[from + i]! * values[at + i]!;
    }
    if (!(energy < 0.5 * (drawn[2 * k]! ** 2 + drawn[2 * k + 1]! ** 2))) continue;
    for (let i = 0; i < n; i++) {
      z[at + i] = -z[at + i]! - 2 * shift[i]!;
      h[at + i] = -h[at + i]!;
      values[at + i] = -values[at + i]!;
    }
  }
}
