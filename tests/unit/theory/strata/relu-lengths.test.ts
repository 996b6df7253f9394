import { describe, expect, it } from 'vitest';
import { normals, uniforms } from '$lib/base/philox';
import { drawAboutAnchors } from '$lib/theory/bayes/directional/about';
import { ridgesOf } from '$lib/theory/bayes/directional/directions';
import { lengthsAlong, type Lengths } from '$lib/theory/bayes/directional/lengths';
import { placesAlong } from '$lib/theory/bayes/directional/places';
import { normalQuantile } from '$lib/theory/bayes/directional/quantile';
import { landscapeOf } from '$lib/theory/bayes/wells/landscape';
import { slopes, weigh } from '$lib/theory/bayes/wells/newton';
import { makeTask } from '../../../support/task';

// r, c, b, log I, ⟨ρ²⟩, ⟨ρ⁴⟩: by adaptive quadrature with 40 digits (mpmath).
const lengths: readonly (readonly [number, number, number, number, number, number])[] = [
  [1, 1, 0.7, 0.886914590927541, 1.7783473252935, 7.76312681586133],
  [1, 0.5, -9, -2.20330493660438, 0.0239621751296121, 0.00336649329045796],
  [3, 0.02, 1.7, 84.0171491279584, 7474.31271477663, 57335350.0859106],
  [3, 2, -1.39, -2.18573553691308, 0.901809542712233, 1.49373949657362],
  [3, 2, -3, -3.38896596257184, 0.527005579114407, 0.557287659022247],
  [4, 7, -40, -13.0064986413784, 0.0119346588191098, 0.00029434366626813],
  [6, 1.5, 0, 0.863046217355343, 4, 21.3333333333333],
  [6, 0.3, 25, 1065.30662670422, 6981.07921822718, 48828304.087489],
  [12, 3, -3.3, -3.99765149301721, 2.35506488542765, 6.71187914688302],
  [12, 1, -3.6, -1.3321837351682, 4.54710016184471, 25.7021224673145],
  [12, 0.8, -30, -23.3805787709862, 0.169297535576175, 0.0384512296921513],
  [5, 0.0001, 2, 20045.13820892, 400089997.000375, 1.6008800749976e17],
];

it.each(lengths)(
  'the length along a direction of %i dimensions, c = %d, b = %d, has the moments of 40 digits',
  (r, c, b, log, second, fourth) => {
    const out: Lengths = { log: 0, second: 0, fourth: 0 };
    lengthsAlong(r, c, b, out);
    expect(Math.abs(out.log - log)).toBeLessThan(1e-9 * Math.max(1, Math.abs(log)));
    expect(Math.abs(out.second / second - 1)).toBeLessThan(1e-9);
    expect(Math.abs(out.fourth / fourth - 1)).toBeLessThan(1e-9);
  },
);

it.each([
  [0.5, 0],
  [0.975, 1.959963984540054],
  [1e-3, -3.090232306167814],
  [1e-12, -7.034483825301131],
  [1e-100, -21.27345356096532],
])('the normal quantile of %d is %d', (p, x) => {
  expect(Math.abs(normalQuantile(p) - x)).toBeLessThan(2e-8);
});

/** Plain sums over a cubic grid: log Z of p(z|m) beside its prior, and its kernel [P, P]. */
const byGrid = (coordinates: Float64Array, dual: Float64Array, gamma: number, mean: Float64Array, stiffness: number) => {
  const size = dual.length;
  const [half, n] = [13, 131];
  const step = (2 * half) / (n - 1);
  const kernel = new Float64Array(size * size);
  const h = new Float64Array(size);
  let whole = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      for (let k = 0; k < n; k++) {
        const z = [i, j, k].map((at) => at * step - half);
        let s = 0;
        for (let p = 0; p < size; p++) {
          h[p] = Math.max(
            0,
            z.reduce((sum, value, a) => sum + value * coordinates[3 * p + a]!, 0),
          );
          s += dual[p]! * h[p]!;
        }
        const away = z.reduce((sum, value, a) => sum + (value - mean[a]!) ** 2, 0);
        const weight = Math.exp(0.5 * (gamma * s) ** 2 - 0.5 * stiffness * away);
        whole += weight;
        for (let p = 0; p < size; p++) for (let q = 0; q < size; q++) kernel[p * size + q]! += weight * h[p]! * h[q]!;
      }
  return { logZ: Math.log(whole * step ** 3) + 1.5 * Math.log(stiffness / (2 * Math.PI)), kernel: kernel.map((value) => value / whole) };
};

describe.each([
  [1, 1.5, 0.8, 4],
  [2, 1, 0.95, 5],
  [0.5, 8, 0.9, 3],
] as const)(
  'weighted directions of a relu target, γ = %d, δ = %d, ridges at %d of their bound, %i examples,',
  (gamma, delta, strength, size) => {
    const task = makeTask(3, size, 2, 17, ([a = 0, b = 0]) => Math.sign(a * b));
    const land = landscapeOf(task, 'relu', gamma);
    const stiffness = 1 + delta;
    const ridge = { labels: task.trainLabels, gamma, temperature: 0.1 };
    const raw = normals(size, { seed: 5, stream: 3, step: 0 });
    const [first] = ridgesOf(land, raw, [], { random: 200, seed: 1, stream: 16 });
    const scale = Math.sqrt(strength * stiffness) / (gamma * Math.abs(first!.strength));
    const dual = raw.map((value) => scale * value);
    const ridges = ridgesOf(land, dual, [], { random: 200, seed: 1, stream: 16 });
    const draw = (means: Float64Array, own: number) =>
      drawAboutAnchors(land, dual, { means, stiffness }, ridges, {
        own,
        seed: 3,
        stream: 16,
        round: 0,
        yieldToDevice: () => Promise.resolve(),
      });

    it('have log Z = 0 under Δ = 0 about every anchor, whatever Δ they are proposed for', async () => {
      const anchors = 24;
      const pool = await draw(normals(anchors * 3, { seed: 3, stream: 5, step: 0 }), 4000);
      expect(Math.abs(weigh(pool, ridge, new Float64Array(size)).logZ)).toBeLessThan(0.02);
    });

    it('have log Z and the kernel of a cubic grid, and places of the same second moments', { timeout: 60_000 }, async () => {
      const mean = Float64Array.from(uniforms(3, { seed: 8, stream: 5, step: 1 }), (u) => (2 * u - 1) * Math.min(1, delta));
      const pool = await draw(mean, 40_000);
      const at = weigh(pool, ridge, dual);
      const right = byGrid(land.coordinates, dual, gamma, mean, stiffness);
      expect(at.effective / pool.count).toBeGreaterThan(0.3);
      expect(Math.abs(at.logZ - right.logZ)).toBeLessThan(0.02);
      const { kernel } = slopes(pool, ridge, dual, at);
      const size2 = Math.hypot(...right.kernel);
      for (let p = 0; p < size; p++)
        for (let q = 0; q <= p; q++) expect(Math.abs(kernel[p * size + q]! - right.kernel[p * size + q]!) / size2).toBeLessThan(0.02);
      const z = placesAlong(pool, at.s, gamma, { seed: 1, stream: 5, step: 0 });
      for (let p = 0; p < size; p++) {
        let sum = 0;
        for (let i = 0; i < pool.count; i++) {
          const h = [0, 1, 2].reduce((total, j) => total + land.coordinates[3 * p + j]! * z[3 * i + j]!, 0);
          sum += at.weights[i]! * Math.max(0, h) ** 2;
        }
        expect(Math.abs(sum - right.kernel[p * (size + 1)]!) / size2).toBeLessThan(0.02);
      }
    });
  },
);
