import { describe, expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { erf } from '$lib/base/special';
import { isAbort, Problem } from '$lib/base/problem';
import { bayes } from '$lib/theory/bayes';
import { maximise } from '$lib/theory/bayes/span/newton';
import { spanOf } from '$lib/theory/bayes/span/span';
import { lazy } from '$lib/theory/lazy';
import type { SourceParameters, Task, Theory, TrainedKernel } from '$lib/theory/theory';
import { bayesParameters, makeTask, normals } from '../../../support/task';

const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
const taskOf = (dimension: number, rows: readonly (readonly number[])[]): Task => ({
  dimension,
  trainInputs: Float64Array.from(rows.flat()),
  trainLabels: Float64Array.from(rows, (_, p) => (p % 2 ? 1 : -1)),
  testInputs: new Float64Array(0),
  testLabels: new Float64Array(0),
});

describe('the span of training inputs', () => {
  const normal = normals(5);
  const [a, b, c] = [0, 1, 2].map(() => Array.from({ length: 20 }, normal));
  const mix = (x: number, y: number, z = 0): number[] => a!.map((value, d) => x * value + y * b![d]! + z * c![d]!);

  it('is found in any dimension, from the rows that matter', () => {
    const span = spanOf(taskOf(20, [mix(1, 0), mix(2, 1e-3), mix(0, 0), mix(-1, 3)]));
    expect(span?.rank).toBe(2);
    // Lengths and angles are kept: the coordinates have the Gram matrix of the inputs.
    const rows = [mix(1, 0), mix(2, 1e-3), mix(0, 0), mix(-1, 3)];
    for (let p = 0; p < 4; p++)
      for (let q = 0; q < 4; q++) {
        const gram = rows[p]!.reduce((sum, value, d) => sum + value * rows[q]![d]!, 0) / 20;
        const own = span!.coordinates[2 * p]! * span!.coordinates[2 * q]! + span!.coordinates[2 * p + 1]! * span!.coordinates[2 * q + 1]!;
        expect(own).toBeCloseTo(gram, 12);
      }
  });

  it('has one direction where all rows are multiples of one, whatever their scales', () => {
    expect(spanOf(taskOf(20, [mix(1e-150, 0), mix(-1e150, 0), mix(3, 0)]))?.rank).toBe(1);
  });

  it('does not take a small third direction for rounding, however short its row', () => {
    expect(spanOf(taskOf(20, [mix(1, 0), mix(0, 1), mix(1, 1, 1e-6)]))).toBeUndefined();
    expect(spanOf(taskOf(20, [mix(1e6, 0), mix(0, 1e6), mix(1e-3, 0, 1e-3)]))).toBeUndefined();
    expect(spanOf(taskOf(20, [mix(0, 0)]))).toBeUndefined();
  });
});

const parameters: SourceParameters = { ...bayesParameters, gamma: 2 };
const sourceOf = async (
  task: Task,
  given: SourceParameters,
  backend = createReferenceBackend(),
  theory: Theory = bayes,
): Promise<TrainedKernel> => {
  const [kernel] = await theory.source(backend, [{ task, parameters: given }], run);
  if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
  return kernel;
};

it('a source of one direction fits the Δ that its own kernel gives, by sums over a line', { timeout: 300_000 }, async () => {
  const backend = createReferenceBackend();
  const x = [0.4, 1.1, -0.7, 2.5];
  const task = {
    ...taskOf(
      1,
      x.map((value) => [value]),
    ),
    testInputs: Float64Array.of(0.9),
    testLabels: Float64Array.of(1),
  };
  using kernel = await sourceOf(task, parameters, backend);
  const phi = await backend.read(kernel.train);
  using factor = backend.cholesky(backend.addDiagonal(kernel.train, parameters.temperature));
  const dual = await backend.read(backend.solve(factor, backend.upload({ rows: 4, columns: 1 }, task.trainLabels)));
  let whole = 0;
  const again = new Float64Array(16);
  let predicted = 0;
  for (let w = -30; w <= 30; w += 1e-3) {
    const features = x.map((value) => erf(w * value));
    const s = features.reduce((sum, f, p) => sum + f * dual[p]!, 0);
    const mass = Math.exp(0.5 * (parameters.gamma * s) ** 2 - 0.5 * w * w);
    whole += mass;
    predicted += mass * erf(0.9 * w) * s;
    for (let at = 0; at < 16; at++) again[at]! += mass * features[at >> 2]! * features[at & 3]!;
  }
  phi.forEach((value, at) => expect(value).toBeCloseTo(again[at]! / whole, 5));
  const { test, stderr } = await kernel.errors(run);
  expect(Math.abs(test - (predicted / whole - 1) ** 2)).toBeLessThan(4 * (stderr?.test ?? 0) + 1e-6);
  expect(kernel.health.nodes).toBeGreaterThan(0);
});

const flat = makeTask(2, 4, 6, 9, ([a = 0, b = 0]) => Math.sign(a + 0.5 * b));

it('the same seed gives the same numbers, alone and in a sweep', { timeout: 300_000 }, async () => {
  const backend = createReferenceBackend();
  const of = (gamma: number) => ({ task: flat, parameters: { ...parameters, gamma } });
  const testOf = async (kernel: TrainedKernel | Problem | undefined): Promise<number> => {
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    using each = kernel;
    return (await each.errors(run)).test;
  };
  const sweep = await Promise.all((await bayes.source(backend, [of(0.5), of(1)], run)).map(testOf));
  const [alone] = await Promise.all((await bayes.source(backend, [of(1)], run)).map(testOf));
  expect(alone).toBe(sweep[1]);
  expect(backend.liveBytes).toBe(0);
});

it('γ = 0 is the lazy limit to rounding', { timeout: 300_000 }, async () => {
  const still: SourceParameters = { ...bayesParameters, gamma: 0 };
  const [ours, theirs] = [await sourceOf(flat, still), await sourceOf(flat, still, createReferenceBackend(), lazy)];
  const { test, stderr } = await ours.errors(run);
  expect(test).toBeCloseTo((await theirs.errors(run)).bias, 9);
  expect(stderr?.test).toBeLessThan(1e-9);
});

it('stops on an abort and leaves no matrix behind', { timeout: 300_000 }, async () => {
  const backend = createReferenceBackend();
  const controller = new AbortController();
  const stopping = { signal: controller.signal, quality: 'fine', progress: () => controller.abort() } as const;
  const stripes = makeTask(2, 12, 6, 3, ([a = 0, b = 0]) => Math.sign(Math.sin(2 * a + b)));
  const outcome = await bayes.source(backend, [{ task: stripes, parameters }], stopping).catch((error: unknown) => error);
  expect(isAbort(outcome)).toBe(true);
  expect(backend.liveBytes).toBe(0);
});

describe('a saturated task of three generic inputs', () => {
  const saturated = (dimension: number): Task => {
    const normal = normals(2);
    const row = (): number[] => Array.from({ length: dimension }, () => 1e7 * normal());
    return taskOf(dimension, [row(), row(), row()]);
  };

  it.each([2, 5])('is solved in %d dimensions in few steps, or has a warning', { timeout: 300_000 }, async (dimension) => {
    const backend = createReferenceBackend();
    const point = { task: saturated(dimension), parameters: { ...parameters, activation: 'tanh', gamma: 2, particles: 64 } as const };
    const [kernel] = await bayes.source(backend, [point], run);
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    // φ is a sign, so that features of an input with itself are 1.
    const phi = await backend.read(kernel.train);
    for (let p = 0; p < 3; p++) expect(phi[4 * p]).toBeCloseTo(1, 5);
    if (dimension === 2) expect(kernel.health.steps).toBeLessThan(100);
    kernel[Symbol.dispose]();
    expect(backend.liveBytes).toBe(0);
  });

  it.each([2, 5])('stops in %d dimensions on an abort', { timeout: 300_000 }, async (dimension) => {
    const backend = createReferenceBackend();
    const controller = new AbortController();
    const stopping = { signal: controller.signal, quality: 'fine', progress: () => controller.abort() } as const;
    const point = { task: saturated(dimension), parameters: { ...parameters, activation: 'tanh', gamma: 2, particles: 64 } as const };
    expect(isAbort(await bayes.source(backend, [point], stopping).catch((error: unknown) => error))).toBe(true);
    expect(backend.liveBytes).toBe(0);
  });
});

it('Newton ends at its limit of work, with the residual reached there', async () => {
  let steps = 0;
  const found = await maximise(
    {
      labels: Float64Array.of(1, -2),
      temperature: 1,
      tolerance: 1e-9,
      breathe: () => Promise.resolve(),
      exhausted: () => steps > 1,
      // F = Σ Δ⁴: one step does not reach its maximum.
      evaluate: (dual) => {
        steps++;
        const curvature = Float64Array.of(12 * dual[0]! ** 2, 0, 0, 12 * dual[1]! ** 2);
        return { free: dual[0]! ** 4 + dual[1]! ** 4, output: dual.map((d) => 4 * d ** 3), curvature };
      },
    },
    new Float64Array(2),
  );
  expect(found.iterations).toBe(1);
  expect(found.residual).toBeGreaterThan(0.01);
});
