import { normals, uniforms, type StreamKey } from '$lib/base/philox';
import type { Drawn } from '$lib/theory/bayes/conditional/drawn';

/** Tries of one length. */
const tries = 200;

/**
 * z [n, r] of weighted directions u of relu with their s(u): u times a length of density ρ^{r−1} exp(−½(a − γ²s²)ρ² + a m·u ρ). With x = ρ√c,
 * c = a − γ²s², the log of that bends everywhere by more than 1, so that it lies below a normal about its greatest place: lengths are drawn from
 * that and kept by chance.
 */
export function placesAlong({ samples, count, held, rays = 1 }: Drawn, s: Float64Array, gamma: number, key: StreamKey): Float64Array {
  const out = new Float64Array(samples.length);
  const power = rays - 1;
  let pending = Uint32Array.from({ length: count }, (_, i) => i);
  for (let round = 0; pending.length > 0; round++) {
    const normal = normals(pending.length, { ...key, step: key.step + (round << 14) });
    const chance = uniforms(pending.length, { ...key, step: key.step + (round << 14) + 8192 });
    pending = pending.filter((i, at) => {
      const root = Math.sqrt((held?.stiffness ?? 1) - (gamma * s[i]!) ** 2);
      const beta = (held?.pulls[i] ?? 0) / root;
      const top = 0.5 * (beta + Math.sqrt(beta * beta + 4 * power));
      const x = round < tries ? top + normal[at]! : top;
      const away = x - top;
      if (round < tries && !(x > 0 && chance[at]! < Math.exp((power > 0 ? power * Math.log(x / top) : 0) + away * (beta - top))))
        return true;
      for (let j = 0; j < rays; j++) out[i * rays + j] = (samples[i * rays + j]! * x) / root;
      return false;
    });
  }
  return out;
}
