import { describe, expect, test } from 'vitest';
import { activations, type Activation } from '$lib/base/activation';
import { activationFunctions } from '$lib/base/special';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import { effectiveSamples } from '$lib/theory/networks/effective';
import { familiesOf } from '$lib/theory/networks/family';
import { mixingWarnings, splitRhat } from '$lib/theory/networks/mixing';
import { drawReadout, evaluate } from '$lib/theory/networks/posterior';
import { finish, networkPoint, pair, quietly, stage } from '../../../support/networks';
import { numbers } from '../../backend/naive';

const [source, target] = pair();

const posteriorOf = (backend: ReturnType<typeof createReferenceBackend>, activation: Activation) => ({
  activation,
  inputs: backend.upload({ rows: target.trainLabels.length, columns: target.dimension }, target.trainInputs),
  labels: backend.upload({ rows: target.trainLabels.length, columns: 1 }, target.trainLabels),
  temperatures: [0.2],
  scales: [1],
});

test.each(activations)('the gradient of the potential is that of its central differences, %s', async (activation) => {
  const backend = createReferenceBackend();
  const posterior = posteriorOf(backend, activation);
  const [width, dimension] = [5, target.dimension];
  const w = numbers(width * dimension, 3).map((value) => 1.5 * value);
  const at = (values: Float64Array) => evaluate(backend, posterior, [backend.upload({ rows: width, columns: dimension }, values)]);
  const potential = async (index: number, by: number): Promise<number> => {
    const moved = Float64Array.from(w, (value, i) => (i === index ? value + by : value));
    return 0.5 * (await backend.read(at(moved).energy))[0]!;
  };
  const gradient = await backend.read(at(Float64Array.from(w)).gradients[0]!);
  const scale = Math.max(...gradient.map(Math.abs));
  for (let i = 0; i < w.length; i++) {
    const difference = ((await potential(i, 1e-5)) - (await potential(i, -1e-5))) / 2e-5;
    expect(Math.abs(gradient[i]! - difference)).toBeLessThan(1e-6 * scale);
  }
});

test('a readout is drawn from its Gaussian given w: mean and covariance', async () => {
  const backend = createReferenceBackend();
  const posterior = posteriorOf(backend, 'tanh');
  const [width, dimension, examples] = [4, target.dimension, target.trainLabels.length];
  const at = evaluate(backend, posterior, [backend.upload({ rows: width, columns: dimension }, numbers(width * dimension, 3))]);
  const draw = (prior: ArrayLike<number>, noise: ArrayLike<number>) =>
    backend.read(
      drawReadout(
        backend,
        posterior,
        at,
        backend.upload({ rows: width, columns: 1 }, prior),
        backend.upload({ rows: examples, columns: 1 }, noise),
      ),
    );
  const unit = (size: number, index: number) => Float64Array.from({ length: size }, (_, i) => (i === index ? 1 : 0));
  const mean = await draw(new Float64Array(width), new Float64Array(examples));
  const columns: Float64Array[] = [];
  for (let i = 0; i < width; i++) columns.push((await draw(unit(width, i), new Float64Array(examples))).map((v, j) => v - mean[j]!));
  for (let i = 0; i < examples; i++) columns.push((await draw(new Float64Array(width), unit(examples, i))).map((v, j) => v - mean[j]!));
  // The precision I + FᵀF/T, F = φᵀ/√N, times the covariance is I; times the mean it is FᵀY/T.
  const phi = await backend.read(at.values);
  const precision = (i: number, j: number): number => {
    let sum = i === j ? 1 : 0;
    for (let mu = 0; mu < examples; mu++) sum += (phi[i * examples + mu]! * phi[j * examples + mu]!) / (width * 0.2);
    return sum;
  };
  for (let i = 0; i < width; i++) {
    let pull = 0;
    for (let mu = 0; mu < examples; mu++) pull += (phi[i * examples + mu]! * target.trainLabels[mu]!) / (Math.sqrt(width) * 0.2);
    expect(mean.reduce((sum, v, j) => sum + precision(i, j) * v, 0)).toBeCloseTo(pull, 10);
    for (let k = 0; k < width; k++) {
      let entry = 0;
      for (let j = 0; j < width; j++) entry += precision(i, j) * columns.reduce((sum, column) => sum + column[j]! * column[k]!, 0);
      expect(entry).toBeCloseTo(i === k ? 1 : 0, 10);
    }
  }
});

/** ⟨f⟩ and ⟨f²⟩ at x of one neuron with one weight, two examples: integrals over w by the trapezium rule, over v in closed form. */
const oneNeuron = (activation: Activation, c: number, temperature: number, x: readonly [number, number], y: readonly [number, number]) => {
  const { value } = activationFunctions[activation];
  const moments = [0, 0, 0, 0];
  for (let w = -12; w <= 12; w += 1e-3) {
    const [p, q, r] = [value(w * x[0]), value(w * x[1]), value(w * 0.5)];
    // v given w: precision 1 + |φ|²/T, pull φ·Y/T.
    const precision = 1 + (p * p + q * q) / temperature;
    const pull = (c * (p * y[0] + q * y[1])) / temperature;
    const mean = pull / precision;
    const weight = Math.exp(-0.5 * w * w + 0.5 * pull * mean) / Math.sqrt(precision);
    moments[0]! += weight;
    moments[1]! += (weight * r * mean) / c;
    moments[2]! += (weight * r * r * (mean * mean + 1 / precision)) / c ** 2;
  }
  return { mean: moments[1]! / moments[0]!, square: moments[2]! / moments[0]! };
};

describe('one neuron with one weight, against quadrature', { timeout: 300_000 }, () => {
  const task = {
    dimension: 1,
    trainInputs: Float64Array.of(1, -0.7),
    trainLabels: Float64Array.of(0.8, -0.3),
    testInputs: Float64Array.of(0.5),
    testLabels: Float64Array.of(0),
  };
  test.each([
    ['bayes', 'erf'],
    ['proportional', 'tanh'],
    ['bayes', 'linear'],
    ['proportional', 'quadratic'],
  ] as const)('%s, %s', async (theory, activation) => {
    const backend = createReferenceBackend();
    const told = stage(task, { gamma: 1.4, temperature: 0.3 });
    const point = networkPoint(told, told, {
      theory,
      method: 'langevin',
      activation,
      width: 1,
      delta: 0,
      seeds: 64,
      burnIn: 60,
      samples: 250,
    });
    using ensemble = openEnsemble(backend, [point]);
    const [result] = await finish(ensemble);
    const exact = oneNeuron(activation, theory === 'bayes' ? 1.4 : 1, 0.3, [1, -0.7], [0.8, -0.3]);
    const { errors, health } = result!;
    // The label is 0: test = ⟨f²⟩, bias = ⟨f⟩².
    expect(Math.abs(errors.test - exact.square)).toBeLessThan(3 * errors.stderr!.test);
    expect(Math.abs(errors.bias - exact.mean ** 2)).toBeLessThan(3 * errors.stderr!.bias!);
    expect(errors.stderr!.test).toBeLessThan(0.03 * exact.square);
    expect(health.acceptance).toBeGreaterThan(0.6);
    expect(health.effectiveSamples).toBeGreaterThan(10);
  });
});

const sampled = { theory: 'bayes', method: 'langevin', width: 12, seeds: 3, burnIn: 8, samples: 10, thinning: 2 } as const;

test('frozen features: what is sampled at δ = ∞ is the ridge on the source’s, and no weight moves', async () => {
  const backend = createReferenceBackend();
  const [first, second] = [stage(source), stage(target)];
  const points = [
    networkPoint(first, second, { ...sampled, delta: Infinity }),
    networkPoint(first, second, { ...sampled, method: 'readout', delta: 7 }),
    networkPoint(first, second, { ...sampled, delta: 1e9 }),
  ];
  using ensemble = openEnsemble(backend, points);
  const [frozen, ridge, stiff] = await finish(ensemble);
  expect(frozen!.errors.bias).toBeCloseTo(ridge!.errors.bias, 10);
  expect(frozen!.errors.test).toBeGreaterThan(ridge!.errors.test);
  expect(stiff!.errors.test).toBeCloseTo(frozen!.errors.test, 4);
  expect((await ensemble.network(0, 1)).weights).toEqual((await ensemble.network(1, 1)).weights);
  // The exported network is the predictor: f = (1/(γN)) Σ vφ.
  const { readout, testFeatures, testOutputs } = await ensemble.network(1, 2);
  const sum = [...readout].reduce((total, v, i) => total + v * testFeatures[i]!, 0);
  expect(sum / 12).toBeCloseTo(testOutputs[0]!, 10);
});

test('chains stopped and continued, in slices of any size, and in a batch or alone: the same samples', { timeout: 300_000 }, async () => {
  const backend = createReferenceBackend();
  const points = [0, 2].flatMap((delta) =>
    [8, 12].map((width) => networkPoint(stage(source), stage(target), { ...sampled, delta, width })),
  );
  using whole = openEnsemble(backend, points);
  const results = await finish(whole);
  using stopped = openEnsemble(backend, points);
  while (!stopped.finished) await stopped.advance(quietly(), 5);
  expect(await stopped.results()).toEqual(results);
  expect(await stopped.network(2, 1)).toEqual(await whole.network(2, 1));
  using alone = openEnsemble(backend, [points[3]!]);
  expect((await finish(alone))[0]).toEqual(results[3]);
  whole.extend(1);
  const more = await finish(whole);
  expect(whole.history(0).filter((record) => record.stage === 'target')).toHaveLength(20);
  expect(more[0]!.errors.test).not.toBe(results[0]!.errors.test);
});

test('the same seeds give every δ of a sweep the same source networks, sampled once', () => {
  const [first, second] = [stage(source), stage(target)];
  const [family, ...others] = familiesOf([0.1, 1, 10].map((delta) => networkPoint(first, second, { ...sampled, delta })));
  expect(others).toEqual([]);
  const [sources, targets] = family!.generations;
  expect(sources!.members).toHaveLength(3);
  expect(targets!.members).toHaveLength(9);
  expect(targets!.of).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
});

test('effective samples: independent ones count, repeated ones do not', () => {
  const independent = numbers(1000, 5);
  expect(effectiveSamples(independent)).toBeGreaterThan(600);
  const repeated = Float64Array.from({ length: 1000 }, (_, i) => independent[Math.floor(i / 10)]!);
  expect(effectiveSamples(repeated)).toBeLessThan(200);
  expect(effectiveSamples(new Float64Array(50).fill(1))).toBe(1);
});

test('R̂ compares the halves of each chain: about 1 where they mix, large where they drift or stand still elsewhere', () => {
  const chain = (seed: number, drift: number) => [...numbers(40, seed)].map((value, i) => value + drift * (i < 20 ? 0 : 1));
  expect(splitRhat([chain(1, 0), chain(2, 0), chain(3, 0)])!).toBeLessThan(1.1);
  expect(splitRhat([chain(1, 3), chain(2, -3), chain(3, 0)])!).toBeGreaterThan(1.5);
  // Chains of different sources have different means: that is no fault.
  expect(splitRhat([chain(1, 0), chain(2, 0).map((value) => value + 50)])!).toBeLessThan(1.1);
  // By hand: halves 0 2 and 4 6, W = 2, B = 8, R̂² = ½ + 4.
  expect(splitRhat([[0, 2, 4, 6]])).toBeCloseTo(Math.sqrt(4.5), 12);
  expect(splitRhat([[1, 2, 3]])).toBeUndefined();
  expect(mixingWarnings({ acceptance: 0.8, rhat: 1.1 })).toEqual([]);
  expect(mixingWarnings({ acceptance: 0.1, rhat: 2 })).toHaveLength(2);
});

test('a trajectory that is given up half-way is made again the same', { timeout: 300_000 }, async () => {
  const backend = createReferenceBackend();
  const points = [networkPoint(stage(source), stage(target), sampled)];
  using whole = openEnsemble(backend, points);
  const results = await finish(whole);
  using stopped = openEnsemble(backend, points);
  let given = 0;
  while (!stopped.finished) {
    // Fires at the third look: in the midst of a trajectory, after a few of them, …
    let looks = 0;
    const { signal } = new AbortController();
    Object.defineProperty(signal, 'aborted', { get: () => ++looks > 3 + given });
    await stopped.advance(quietly(signal));
    given++;
  }
  expect(given).toBeGreaterThan(10);
  expect(await stopped.results()).toEqual(results);
  expect(backend.liveBytes).toBeGreaterThan(0);
});
