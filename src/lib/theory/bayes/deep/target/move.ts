import type { Field, Walkers } from '$lib/theory/bayes/deep/target/walkers';

/** Walkers handled side by side: their numbers stay in the cache, and loops over them are long. */
const abreast = 64;

/**
 * One Metropolis step of walkers `first … end − 1` in a field that stands still: `leaps` leapfrogs of angle `dt`, in which the Gaussian part
 * is a rotation of (z, p) and the rest a kick ∂_z g = Rᵀ∂g. No bias by the step. `normals`: n + 2 for each walker, of which the last
 * two make the exponential variable of the Metropolis test. Leaves h, φ and φ′ where the walkers are. Cost: leaps + 1 evaluations of φ and
 * 2n² + n operations each. Returns how many were accepted. Working arrays are [n, 64].
 */
export function move(
  walkers: Walkers,
  field: Field,
  normals: Float64Array,
  { dt, leaps }: { readonly dt: number; readonly leaps: number },
  first: number,
  end: number,
): number {
  const { n } = walkers;
  const [cosine, sine] = [Math.cos(dt), Math.sin(dt)];
  const half = 0.5 * dt;
  const some = scratchOf(n);
  const { z, p, kick, energy, g } = some;
  let accepted = 0;
  for (let from = first; from < end; from += abreast) {
    const width = Math.min(abreast, end - from);
    for (let w = 0; w < width; w++) {
      const at = (from + w) * n;
      const draw = (from + w) * (n + 2);
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const [place, speed] = [walkers.z[at + i]!, normals[draw + i]!];
        z[i * abreast + w] = place;
        p[i * abreast + w] = speed;
        sum += place * place + speed * speed;
      }
      energy[w] = -0.5 * sum;
    }
    evaluate(walkers, field, some, from, width);
    for (let w = 0; w < width; w++) {
      energy[w]! += g[w]!;
      keep(walkers, some, from, w);
    }
    for (let leap = 0; leap < leaps; leap++) {
      for (let i = 0; i < n; i++)
        for (let k = i * abreast; k < i * abreast + width; k++) {
          const pushed = p[k]! + half * kick[k]!;
          const before = z[k]!;
          z[k] = cosine * before + sine * pushed;
          p[k] = cosine * pushed - sine * before;
        }
      evaluate(walkers, field, some, from, width);
      for (let i = 0; i < n; i++) for (let k = i * abreast; k < i * abreast + width; k++) p[k]! += half * kick[k]!;
    }
    for (let w = 0; w < width; w++) {
      let sum = 0;
      for (let k = w; k < n * abreast; k += abreast) sum += z[k]! * z[k]! + p[k]! * p[k]!;
      const draw = (from + w) * (n + 2) + n;
      // H(new) − H(old), as g counts negatively.
      if (energy[w]! - g[w]! + 0.5 * sum < 0.5 * (normals[draw]! ** 2 + normals[draw + 1]! ** 2)) {
        keep(walkers, some, from, w);
        accepted++;
      }
    }
  }
  return accepted;
}

interface Scratch {
  readonly n: number;
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

let scratch: Scratch | undefined;

/** Working arrays of the last n. */
function scratchOf(n: number): Scratch {
  if (scratch?.n === n) return scratch;
  const blank = (rows: number): Float64Array => new Float64Array(rows * abreast);
  const [z, p, h, values, slopes, pull, kick] = [blank(n), blank(n), blank(n), blank(n), blank(n), blank(n), blank(n)];
  return (scratch = { n, z, p, h, values, slopes, pull, kick, g: blank(1), energy: blank(1) });
}

/** x ← x + a y from places `to` and `from` on. */
function addTo(x: Float64Array, to: number, a: number, y: Float64Array, from: number, count: number): void {
  for (let w = 0; w < count; w++) x[to + w]! += a * y[from + w]!;
}

/** h, φ, φ′, g and the kick where z is. */
function evaluate({ bend, samples }: Walkers, field: Field, some: Scratch, first: number, width: number): void {
  const { factor, conjugate, means, tilts } = field;
  const { n, z, h, values, slopes, pull, kick, g } = some;
  for (let i = 0; i < n; i++) {
    const to = i * abreast;
    if (means) for (let w = 0; w < width; w++) h[to + w] = means[((first + w) % samples) * n + i]!;
    else h.fill(0, to, to + width);
    for (let j = 0; j <= i; j++) addTo(h, to, factor[i * n + j]!, z, j * abreast, width);
    bend.fill(h, values, slopes, to, width);
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
function keep(walkers: Walkers, { n, z, h, values, slopes }: Scratch, first: number, w: number): void {
  const at = (first + w) * n;
  for (let i = 0; i < n; i++) {
    const from = i * abreast + w;
    walkers.z[at + i] = z[from]!;
    walkers.h[at + i] = h[from]!;
    walkers.values[at + i] = values[from]!;
    walkers.slopes[at + i] = slopes[from]!;
  }
}

/**
 * h → −h of walkers of an odd φ, z → −z − 2R⁻¹m, by the Metropolis rule: between the two wells of ½γ²(Δ·φ)² rotations seldom cross.
 * `normals`: two for each walker. Cost n² each.
 */
export function flip(walkers: Walkers, { factor, means, tilts }: Field, normals: Float64Array): void {
  const { n, samples, z, h, values } = walkers;
  if (!means) return;
  const shift = new Float64Array(n);
  for (let k = 0; k < walkers.count; k++) {
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
    if (!(energy < 0.5 * (normals[2 * k]! ** 2 + normals[2 * k + 1]! ** 2))) continue;
    for (let i = 0; i < n; i++) {
      z[at + i] = -z[at + i]! - 2 * shift[i]!;
      h[at + i] = -h[at + i]!;
      values[at + i] = -values[at + i]!;
    }
  }
}
