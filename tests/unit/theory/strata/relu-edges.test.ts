import { expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import { bayes } from '$lib/theory/bayes';
import { ridgesOf } from '$lib/theory/bayes/directional/directions';
import { landscapeOf } from '$lib/theory/bayes/wells/landscape';
import { taskOf, ways, type OutsidePair } from '../../../agreement/outside/judge';
import { eliminated } from '../../backend/naive';
import pairs from '../../../agreement/outside/truth.json';
import { quietly } from '../../../support/networks';
import { bayesParameters, normals } from '../../../support/task';

const pair = (pairs as readonly OutsidePair[]).find(({ seed }) => seed === 7)!;
const { gamma, temperature } = pair;
const size = pair.y.length;
// In the plane, and with eight slight directions beside it.
const [plane, slight] = [ways[0]!, ways[3]!].map((way) => taskOf(pair, way, [pair.x, pair.y, pair.z, pair.yz])) as [
  ReturnType<typeof taskOf>,
  ReturnType<typeof taskOf>,
];

const entry = (a: number, b: number): number => pair.truth[0]!.kernel[(Math.max(a, b) * (Math.max(a, b) + 1)) / 2 + Math.min(a, b)]!;

it('the strongest ridge of relu is found where it lies on an edge, in any dimension', () => {
  // The Δ of the law itself, and some at random.
  const system = Array.from({ length: size }, (_, a) =>
    Array.from({ length: size }, (_value, b) => entry(a, b) + (a === b ? temperature : 0)),
  );
  const own = eliminated(
    system,
    pair.y.map((y) => [y]),
  ).map((row) => row[0]!);
  for (let draw = 0; draw <= 4; draw++) {
    const dual = draw === 0 ? Float64Array.from(own) : Float64Array.from({ length: size }, normals(draw));
    // On a fine circle.
    let right = 0;
    for (let k = 0; k < 100_000; k++) {
      const [c, s] = [Math.cos((2 * Math.PI * k) / 100_000), Math.sin((2 * Math.PI * k) / 100_000)];
      let sum = 0;
      for (let p = 0; p < size; p++) sum += (dual[p]! * Math.max(0, pair.x[2 * p]! * c + pair.x[2 * p + 1]! * s)) / Math.SQRT2;
      right = Math.max(right, Math.abs(sum));
    }
    for (const task of [plane, slight]) {
      const [strongest] = ridgesOf(landscapeOf(task, 'relu', gamma), dual, [], { random: 100, seed: 1, stream: 1 });
      expect(Math.abs(strongest!.strength) / right, `draw ${draw}, ${task.dimension} dimensions`).toBeGreaterThan(0.9999);
    }
  }
});

// Truth: tests/agreement/outside/truth.py. The kernels were 13 and 6 % off, for γ²s² was above 1 on an edge that no sample lay at.
it.each([1, 2])('a rich source of relu over ten directions has the kernel of a grid, seed %d', { timeout: 300_000 }, async (seed) => {
  const parameters = { ...bayesParameters, activation: 'relu', gamma, temperature, seed } as const;
  const backend = createReferenceBackend();
  const [source] = await bayes.source(backend, [{ task: slight, parameters }], quietly());
  if (!source || source instanceof Problem) throw source ?? new Error('no kernel');
  const found = await backend.read(source.train);
  const { test } = pair.truth[0]!;
  const right = Float64Array.from({ length: size * size }, (_, at) => entry(Math.floor(at / size), at % size));
  expect(Math.hypot(...found.map((value, at) => value - right[at]!)) / Math.hypot(...right)).toBeLessThan(0.05);
  const errors = await source.errors(quietly());
  expect(Math.abs(errors.test - test)).toBeLessThan(4 * errors.stderr!.test);
  source[Symbol.dispose]();
});
