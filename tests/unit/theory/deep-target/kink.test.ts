import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { bendOf } from '$lib/theory/bayes/deep/target/bend';
import { Breath } from '$lib/theory/bayes/deep/target/breath';
import { densityAtKink, kinks } from '$lib/theory/bayes/deep/target/kink';
import { fieldOn, Neurons } from '$lib/theory/bayes/deep/target/neurons';
import { still } from '../../../support/deep-target';

/** The Riemann sum of f over [−30, 30]. */
const integral = (f: (x: number) => number, step = 1e-3): number => {
  let sum = 0;
  for (let x = -30 + step / 2; x < 30; x += step) sum += f(x) * step;
  return sum;
};

describe('⟨φ″ ∘ t⟩ of relu', () => {
  it.each([
    [0.3, 0.7, 0.9, -0.4],
    [-1.2, 0.5, -3, 2],
    [2, 1.1, 0.6, 1],
    [-6, 0.9, 0.5, -2],
  ])('has the density at the kink that an integral says: μ = %d, s = %d, a = %d, b = %d', (mean, deviation, a, b) => {
    const weight = (h: number): number => Math.exp(-0.5 * ((h - mean) / deviation) ** 2 + (h > 0 ? 0.5 * a * h * h + b * h : 0));
    expect(densityAtKink(mean, deviation, a, b) / (weight(0) / integral(weight))).toBeCloseTo(1, 5);
  });

  it('stays finite far from the kink', () => {
    expect(densityAtKink(-60, 0.5, 1, 1)).toBe(0);
    expect(densityAtKink(60, 0.5, 1, 1)).toBe(0);
    // Below the kink the Gaussian alone counts: e^{−u²/2}/(s√2π).
    expect(densityAtKink(-4, 0.5, 0, -50) / (Math.exp(-32) / (0.5 * Math.sqrt(2 * Math.PI)))).toBeCloseTo(1, 9);
  });

  it('of two correlated examples under a force is what a double integral says, to the noise of its neurons', async () => {
    const engine = createReferenceBackend();
    const factor = Float64Array.of(1, 0, 0.6, 0.7);
    const conjugate = Float64Array.of(0.25, 0.2, 0.2, -0.3);
    const [m, b] = [Float64Array.of(0.2, -0.1), Float64Array.of(0.5, -0.3)];
    const samples = 4000;
    const breath = new Breath(engine, still, 1);
    const every = (row: Float64Array): Float64Array => Float64Array.from({ length: 2 * samples }, (_, i) => row[i % 2]!);
    using tilts = engine.upload({ rows: samples, columns: 2 }, every(b));
    using field = fieldOn(engine, bendOf('relu'), { factor, conjugate }, engine.upload({ rows: samples, columns: 2 }, every(m)), tilts);
    using neurons = new Neurons(engine, bendOf('relu'), samples, 1, 2);
    neurons.put(await breath.normals(2 * samples, 1, 0, 0));
    const found: Float64Array[] = [];
    for (let step = 1; step <= 60; step++) {
      await neurons.move(field, { dt: 0.3, leaps: 5 }, { seed: 1, stream: 0, step }, undefined, breath);
      if (step > 20) found.push(await kinks(neurons, { factor, conjugate }, tilts, breath));
    }
    // exp g of h, and t of one example at its kink.
    const relu = (h: number): number => Math.max(0, h);
    const weight = (x: number, y: number): number => {
      const z = (x - m[0]!) / factor[0]!;
      const w = (y - m[1]! - factor[2]! * z) / factor[3]!;
      const [p, q] = [relu(x), relu(y)];
      return Math.exp(-0.5 * (z * z + w * w) + 0.5 * (0.25 * p * p + 0.4 * p * q - 0.3 * q * q) + b[0]! * p + b[1]! * q);
    };
    const all = integral((x) => integral((y) => weight(x, y), 0.03), 0.03);
    const right = [
      integral((y) => weight(0, y) * (0.2 * relu(y) + b[0]!)) / all,
      integral((x) => weight(x, 0) * (0.2 * relu(x) + b[1]!)) / all,
    ];
    right.forEach((value, i) => {
      const mean = found.reduce((sum, own) => sum + own[i]! / found.length, 0);
      const scatter = Math.sqrt(found.reduce((sum, own) => sum + (own[i]! - value) ** 2 / found.length, 0));
      expect(Math.abs(mean / value - 1)).toBeLessThan(0.01);
      // A smoothed δ(h) of the same neurons is 3 % off.
      expect(scatter / Math.abs(value)).toBeLessThan(0.02);
    });
  });
});
