import { expect, test } from 'vitest';
import { activations, type Activation } from '$lib/base/activation';
import { activationFunctions } from '$lib/base/special';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import { freshWeights } from '$lib/theory/networks/fresh-weights';
import { gradientSteps } from '$lib/theory/networks/gradient-steps';
import { finish, networkPoint, pair, quietly, stage } from '../../../support/networks';

const [source, target] = pair();

/** f without its centring, by loops: hidden weights [layer][row][column]. */
const outputOf = (
  activation: Activation,
  hidden: readonly number[][][],
  readout: readonly number[],
  gamma: number,
  x: readonly number[],
) => {
  const { value } = activationFunctions[activation];
  let layer = [...x];
  for (const weights of hidden)
    layer = weights.map((row) => value(row.reduce((sum, w, j) => sum + w * layer[j]!, 0) / Math.sqrt(row.length)));
  return layer.reduce((sum, phi, i) => sum + readout[i]! * phi, 0) / (gamma * readout.length);
};

const unflatten = (flat: Float64Array, rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, (_, i) => [...flat.slice(i * columns, (i + 1) * columns)]);

for (const depth of [1, 2, 3])
  test.each(activations)(`a step of depth ${depth}, %s, is γ²N times the gradient by central differences`, async (activation) => {
    const backend = createReferenceBackend();
    const width = 5;
    const [gamma, dt] = [0.8, 1e-3];
    const examples = target.trainLabels.length;
    const weights = freshWeights(backend, { activation, depth, width }, target.dimension, [7]);
    const hidden: number[][][] = [];
    for (const matrix of weights.hidden) hidden.push(unflatten(await backend.read(matrix), matrix.rows, matrix.columns));
    const readout = [...(await backend.read(weights.readout))];
    const rows = unflatten(target.trainInputs, examples, target.dimension);
    const loss = (): number =>
      0.5 * rows.reduce((sum, x, mu) => sum + (target.trainLabels[mu]! - outputOf(activation, hidden, readout, gamma, x)) ** 2, 0);
    const slope = (list: number[], at: number): number => {
      const kept = list[at]!;
      const h = 1e-5;
      list[at] = kept + h;
      const above = loss();
      list[at] = kept - h;
      const below = loss();
      list[at] = kept;
      return (above - below) / (2 * h);
    };
    const wanted = hidden.map((layer) => layer.map((row) => row.map((_, j) => slope(row, j))));
    const wantedReadout = readout.map((_, i) => slope(readout, i));

    const problem = {
      activation,
      inputs: backend.upload({ rows: examples, columns: target.dimension }, target.trainInputs),
      labels: backend.upload({ rows: examples, columns: 1 }, target.trainLabels),
      base: backend.zeros({ rows: examples, columns: 1 }),
      points: [{ gamma, delta: 0, weightDecay: 0 }],
    };
    gradientSteps(backend, problem, weights, [dt], 1);
    const rate = gamma ** 2 * width;
    const close = (before: number[], after: ArrayLike<number>, gradient: number[]): void => {
      const scale = Math.max(...gradient.map(Math.abs));
      before.forEach((w, i) => {
        expect(Math.abs((w - after[i]!) / (dt * rate) - gradient[i]!)).toBeLessThan(1e-5 * scale);
      });
    };
    for (const [layer, matrix] of weights.hidden.entries()) close(hidden[layer]!.flat(), await backend.read(matrix), wanted[layer]!.flat());
    close(readout, await backend.read(weights.readout), wantedReadout);
  });

test('a network of width 1 goes step by step as the loop of theory.md §3, first the source, then coupled', async () => {
  const backend = createReferenceBackend();
  const [dt, steps] = [0.01, 7];
  const told = { gamma: 0.7, weightDecay: 0.3, time: dt * steps };
  const point = networkPoint(stage(source, told), stage(target, { ...told, gamma: 1.3 }), {
    width: 1,
    seeds: 1,
    step: dt,
    delta: 2,
    activation: 'tanh',
    readout: 'kept',
  });
  using ensemble = openEnsemble(backend, [point]);
  await finish(ensemble);
  const ours = await ensemble.network(0, 0);

  const start = freshWeights(backend, { activation: 'tanh', depth: 1, width: 1 }, 3, [1]);
  let w = [...(await backend.read(start.hidden[0]!))];
  let [v] = [...(await backend.read(start.readout))] as [number];
  const run = (task: typeof source, gamma: number, delta: number): void => {
    const anchor = [...w];
    const rows = unflatten(task.trainInputs, task.trainLabels.length, 3);
    const h = (x: readonly number[]): number => x.reduce((sum, value, k) => sum + (value * w[k]!) / Math.sqrt(3), 0);
    const base = rows.map((x) => (v * Math.tanh(h(x))) / gamma);
    for (let step = 0; step < steps; step++) {
      const force = w.map(() => 0);
      let readoutForce = 0;
      rows.forEach((x, mu) => {
        const phi = Math.tanh(h(x));
        const residual = task.trainLabels[mu]! - ((v * phi) / gamma - base[mu]!);
        readoutForce += gamma * residual * phi;
        x.forEach((value, k) => (force[k]! += (gamma * residual * v * (1 - phi * phi) * value) / Math.sqrt(3)));
      });
      const linear = (a: number): [number, number] => [Math.exp(-a * dt), (1 - Math.exp(-a * dt)) / a];
      const [e, gain] = linear(told.weightDecay + delta);
      w = w.map((value, k) => e * value + gain * (delta * anchor[k]! + force[k]!));
      const [readoutDecay, readoutGain] = linear(told.weightDecay);
      v = readoutDecay * v + readoutGain * readoutForce;
    }
  };
  run(source, 0.7, 0);
  run(target, 1.3, 2);
  ours.weights[0]!.values.forEach((value, k) => expect(value).toBeCloseTo(w[k]!, 12));
  expect(ours.readout[0]).toBeCloseTo(v, 12);
});

test('stopped and continued, in slices of any size, and in a batch or alone: the same networks', { timeout: 300_000 }, async () => {
  const backend = createReferenceBackend();
  const points = [0.5, Infinity].flatMap((delta) =>
    [4, 6].map((width) => networkPoint(stage(source, { time: 0.5 }), stage(target, { time: 0.5 }), { delta, width, depth: 2, seeds: 2 })),
  );
  using whole = openEnsemble(backend, points);
  const results = await finish(whole);

  using stopped = openEnsemble(backend, points);
  let slices = 0;
  while (!stopped.finished) {
    await stopped.advance(quietly(), 20);
    slices++;
  }
  expect(slices).toBeGreaterThan(3);
  expect(await stopped.results()).toEqual(results);
  for (const index of [1, 2]) {
    const point = points[index]!;
    expect(stopped.history(index)).toEqual(whole.history(index));
    using alone = openEnsemble(backend, [point]);
    expect((await finish(alone))[0]).toEqual(results[index]);
    expect(await alone.network(0, 1)).toEqual(await whole.network(index, 1));
  }
});

test('an aborted run returns, and goes on later', async () => {
  const backend = createReferenceBackend();
  const points = [networkPoint(stage(source, { time: 3 }), stage(target, { time: 3 }))];
  using ensemble = openEnsemble(backend, points);
  const control = new AbortController();
  await ensemble.advance({ ...quietly(control.signal), progress: (fraction) => fraction > 0.3 && control.abort() });
  expect(ensemble.finished).toBe(false);
  expect(ensemble.progress).toBeGreaterThan(0.3);
  using whole = openEnsemble(backend, points);
  expect(await finish(ensemble)).toEqual(await finish(whole));
});

test.each([1, 2])('stopped wherever it looks whether it should, at depth %i: the same networks', { timeout: 300_000 }, async (depth) => {
  const backend = createReferenceBackend();
  const points = [0.5, 3].map((delta) =>
    networkPoint(stage(source, { time: 0.2 }), stage(target, { time: 0.2 }), { delta, depth, width: 4 }),
  );
  using whole = openEnsemble(backend, points);
  const results = await finish(whole);
  using ensemble = openEnsemble(backend, points);
  let stops = 0;
  while (!ensemble.finished) {
    // Stops at its first, second, … look, and goes on with one look more: every place between two looks is met, and none for ever.
    const allowed = 1 + (stops % 21);
    let looks = 0;
    const signal = Object.defineProperty(new AbortController().signal, 'aborted', { get: () => ++looks > allowed });
    await ensemble.advance(quietly(signal));
    stops++;
  }
  // Two stages of 64 stretches; each looks before, amid and after planning, stepping and recording.
  expect(stops).toBeGreaterThan(100);
  expect(await ensemble.results()).toEqual(results);
  for (const index of [0, 1]) expect(ensemble.history(index)).toEqual(whole.history(index));
});

test('a flow that is given longer goes on where it stood', async () => {
  const backend = createReferenceBackend();
  using ensemble = openEnsemble(backend, [networkPoint(stage(source), stage(target, { time: 2 }))]);
  await finish(ensemble);
  const before = ensemble.history(0);
  ensemble.extend(1);
  expect(ensemble.finished).toBe(false);
  await finish(ensemble);
  const after = ensemble.history(0);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.at(-1)!.time).toBeCloseTo(4, 1);
});

test('a step that is too long is a problem that names the step, and its history ends before', async () => {
  const backend = createReferenceBackend();
  const long = networkPoint(stage(source, { time: 0 }), stage(target, { time: 4000 }), { step: 50, activation: 'relu' });
  const good = networkPoint(stage(source), stage(target), { activation: 'relu' });
  using ensemble = openEnsemble(backend, [long, good]);
  await ensemble.advance(quietly());
  const [problem, fine] = await ensemble.results();
  expect((problem as Error).message).toMatch(/network 1 of width 16 diverged by step \d+/);
  expect(fine).toHaveProperty('errors');
  for (const record of ensemble.history(0)) expect(record.train.every(Number.isFinite)).toBe(true);
});

test.each(activations)('the operation for two layers takes the steps that are composed for any depth, %s', async (activation) => {
  const backend = createReferenceBackend();
  const points = [
    { gamma: 0.7, delta: 0.4, weightDecay: 0.3, length: 0.02, count: 3 },
    { gamma: 1.2, delta: Infinity, weightDecay: 0, length: 0.01, count: 2 },
  ];
  const made = () => freshWeights(backend, { activation, depth: 1, width: 6 }, target.dimension, [3, 4]);
  const anchors = freshWeights(backend, { activation, depth: 1, width: 6 }, target.dimension, [5, 6]).hidden;
  const examples = target.trainLabels.length;
  const problem = {
    activation,
    inputs: backend.upload({ rows: examples, columns: target.dimension }, target.trainInputs),
    labels: backend.upload({ rows: examples, columns: 1 }, target.trainLabels),
    base: backend.normal({ batch: 2, rows: examples, columns: 1 }, { seed: 1, stream: 1, step: 1 }),
    points,
  };
  const [composed, whole] = [made(), made()];
  gradientSteps(backend, { ...problem, anchors }, composed, [0.02, 0.01], 2);
  gradientSteps(backend, { ...problem, anchors }, composed, [0.02, 0], 1);
  const state = { weights: whole.hidden[0]!, readout: whole.readout };
  const status = backend.descend({ ...problem, anchor: anchors[0]! }, state, 0, 5);
  expect([...(await backend.read(status))]).toEqual([-1, -1]);
  const [ours, wanted] = [await backend.read(state.weights), await backend.read(composed.hidden[0]!)];
  wanted.forEach((value, i) => expect(ours[i]).toBeCloseTo(value, 12));
  const [top, wantedTop] = [await backend.read(state.readout), await backend.read(composed.readout)];
  wantedTop.forEach((value, i) => expect(top[i]).toBeCloseTo(value, 12));
});
