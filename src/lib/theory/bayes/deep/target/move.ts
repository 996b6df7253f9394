import type { Field, Walkers } from '$lib/theory/bayes/deep/target/walkers';

/**
 * One Metropolis step of walkers `first … end − 1` in a field that stands still: `leaps` leapfrogs of angle `dt`, in which the Gaussian part
 * is a rotation of (z, p) and the rest a kick ∂_z g = Rᵀ∂g. No bias by the step. `normals`: n + 2 for each walker, of which the last
 * two make the exponential variable of the Metropolis test. Leaves h, φ and φ′ where the walkers are. Cost: leaps + 1 evaluations of φ and
 * 2n² + n operations each. Returns how many were accepted.
 */
export function move(
  walkers: Walkers,
  { factor, conjugate, means, tilts }: Field,
  normals: Float64Array,
  { dt, leaps }: { readonly dt: number; readonly leaps: number },
  first: number,
  end: number,
): number {
  const { n, samples, bend } = walkers;
  const [cosine, sine] = [Math.cos(dt), Math.sin(dt)];
  const half = 0.5 * dt;
  const z = new Float64Array(n);
  const p = new Float64Array(n);
  const h = new Float64Array(n);
  const values = new Float64Array(n);
  const slopes = new Float64Array(n);
  const pull = new Float64Array(n);
  const kick = new Float64Array(n);
  let from = 0;
  /** g where z is, and the kick there. */
  const evaluate = (): number => {
    for (let i = 0; i < n; i++) {
      let sum = means ? means[from + i]! : 0;
      const row = i * n;
      for (let j = 0; j <= i; j++) sum += factor[row + j]! * z[j]!;
      h[i] = sum;
    }
    bend.fill(h, values, slopes, 0, n);
    let g = 0;
    for (let i = 0; i < n; i++) {
      const tilt = tilts ? tilts[from + i]! : 0;
      let sum = 0;
      const row = i * n;
      for (let j = 0; j < n; j++) sum += conjugate[row + j]! * values[j]!;
      g += values[i]! * (0.5 * sum + tilt);
      pull[i] = slopes[i]! * (sum + tilt);
    }
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let i = j; i < n; i++) sum += factor[i * n + j]! * pull[i]!;
      kick[j] = sum;
    }
    return g;
  };
  const keep = (at: number): void => {
    for (let i = 0; i < n; i++) {
      walkers.z[at + i] = z[i]!;
      walkers.h[at + i] = h[i]!;
      walkers.values[at + i] = values[i]!;
      walkers.slopes[at + i] = slopes[i]!;
    }
  };
  let accepted = 0;
  for (let k = first; k < end; k++) {
    const at = k * n;
    const draw = k * (n + 2);
    from = (k % samples) * n;
    let energy = 0;
    for (let i = 0; i < n; i++) {
      z[i] = walkers.z[at + i]!;
      p[i] = normals[draw + i]!;
      energy -= 0.5 * (z[i]! * z[i]! + p[i]! * p[i]!);
    }
    energy += evaluate();
    keep(at);
    for (let leap = 0; leap < leaps; leap++) {
      for (let i = 0; i < n; i++) {
        const pushed = p[i]! + half * kick[i]!;
        const before = z[i]!;
        z[i] = cosine * before + sine * pushed;
        p[i] = cosine * pushed - sine * before;
      }
      const g = evaluate();
      if (leap === leaps - 1) energy -= g;
      for (let i = 0; i < n; i++) p[i]! += half * kick[i]!;
    }
    for (let i = 0; i < n; i++) energy += 0.5 * (z[i]! * z[i]! + p[i]! * p[i]!);
    // energy = H(new) − H(old), as g counts negatively.
    const chance = 0.5 * (normals[draw + n]! ** 2 + normals[draw + n + 1]! ** 2);
    if (energy < chance) {
      keep(at);
      accepted++;
    }
  }
  return accepted;
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
