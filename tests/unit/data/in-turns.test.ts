import { describe, expect, test } from 'vitest';
import { normals, permutation, uniforms } from '$lib/base/philox';
import { streams } from '$lib/base/random';
import { atOnce, part, STEP, stretches, type Steps } from '$lib/base/steps';
import { inTurns } from '$lib/data/in-turns';
import { linearTask as linearSteps } from '$lib/data/linear-task';
import { manifoldTask as manifoldSteps } from '$lib/data/manifold-task';
import { polynomialTask as polynomialSteps } from '$lib/data/polynomial-task';
import { linearTask, manifoldTask } from '../../support/tasks';

/** How often work looks up, and what it tells of its progress. */
const looksOf = (steps: Steps<unknown>): number[] => {
  const told: number[] = [];
  for (let next = steps.next(); !next.done; next = steps.next()) told.push(next.value);
  return told;
};

/** The first place where two arrays differ, in their bits; -1 where they are the same. */
const firstDifference = (a: Float64Array, b: Float64Array): number =>
  a.length === b.length ? a.findIndex((value, index) => !Object.is(value, b[index])) : Math.min(a.length, b.length);

describe('steps', () => {
  test('parts of a whole tell of the whole, and stretches cover every place once', () => {
    const seen: number[] = [];
    function* work(): Steps<string> {
      yield* part(
        stretches(10, 4, (first, end) => {
          for (let index = first; index < end; index++) seen.push(index);
        }),
        0.5,
        1,
      );
      return 'done';
    }
    expect(looksOf(work())).toEqual([0.7, 0.9, 1]);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(atOnce(work())).toBe('done');
  });

  test('work that is no longer wanted stops, however much there is of it', async () => {
    const stopper = new AbortController();
    function* endless(): Steps<never> {
      for (;;) yield 0.25;
    }
    let told = 0;
    const hearer = {
      signal: stopper.signal,
      progress: (fraction: number) => {
        expect(fraction).toBe(0.25);
        if (++told === 3) stopper.abort(new Error('enough'));
      },
    };
    await expect(inTurns(endless(), hearer)).rejects.toThrow('enough');
    expect(told).toBe(3);
  });
});

test('the progress that is told never goes back, though parts of the work begin anew', async () => {
  function* work(): Steps<void> {
    for (let round = 0; round < 3; round++)
      for (const fraction of [0.1, 0.9]) {
        // Longer than a turn, so that every step is told.
        for (const began = performance.now(); performance.now() - began < 60;);
        yield fraction;
      }
  }
  const told: number[] = [];
  await inTurns(work(), { signal: new AbortController().signal, progress: (fraction) => told.push(fraction) });
  expect(told).toEqual([0.1, 0.9, 0.9, 0.9, 0.9, 0.9]);
});

describe('generators of tasks', () => {
  // Numbers handled in all, of which no look may be farther apart than one step of them.
  const dear = {
    'a linear task of many inputs': {
      steps: () => linearSteps({ dim: 700, train: 900, test: 100, noise: 0, scale: 1, seed: 1 }),
      work: 7e5,
    },
    'a linear task of one very long input': {
      steps: () => linearSteps({ dim: 1e6, train: 1, test: 0, noise: 0, scale: 1, seed: 1 }),
      work: 2e6,
    },
    'a task like another with a spectrum': {
      steps: () =>
        linearSteps(
          { train: 1, test: 1, noise: 1, scale: 1, seed: 1, spectrum: 1 },
          { source: linearTask({ dim: 3e5, train: 1, test: 0, noise: 0, scale: 1, seed: 1 }), alignment: 0.5 },
        ),
      work: 2e6,
    },
    'a polynomial task': {
      steps: () => polynomialSteps({ degree: 9, dim: 1, train: 5e5, test: 1, noise: 1, scale: 1, seed: 1 }),
      work: 1e6,
    },
    'a manifold of wide features': { steps: () => manifoldSteps({ latent: 40, dim: 50_000, train: 4, test: 1, seed: 1 }), work: 1.2e7 },
    'a manifold of many hidden directions': {
      steps: () => manifoldSteps({ latent: 50_000, dim: 40, train: 4, test: 1, seed: 1 }),
      work: 1.2e7,
    },
    'a manifold of many small examples': { steps: () => manifoldSteps({ latent: 2, dim: 3, train: 2e5, test: 0, seed: 1 }), work: 2e5 * 8 },
    'a manifold like another': {
      steps: () =>
        manifoldSteps(
          { train: 1, test: 0, seed: 1 },
          {
            source: manifoldTask({ latent: 1e5, dim: 10, train: 1, test: 0, seed: 1 }),
            taskOverlap: 0.5,
            featureOverlap: 0.5,
            redraw: 0.5,
          },
        ),
      work: 4e6,
    },
  };
  for (const [name, { steps, work }] of Object.entries(dear))
    test(`${name} looks up at every ${STEP} numbers`, () => {
      const told = looksOf(steps());
      expect(told.length).toBeGreaterThanOrEqual(work / STEP / 2);
      expect(told.filter((fraction) => !(fraction >= 0 && fraction <= 1))).toEqual([]);
    });

  test('numbers are the same to the last bit as those of the formulas worked out at once', () => {
    // The input is longer than a step, so that every array is made of several stretches.
    const [dim, train] = [STEP + 5, 3];
    const task = linearTask({ dim, train, test: 1, noise: 0.5, scale: 2, seed: 9 });
    const drawn = normals(dim, { seed: 9, stream: streams.teacher, step: 0 });
    const factor = Math.sqrt(dim / drawn.reduce((sum, value) => sum + value * value, 0));
    const teacher = drawn.map((value) => value * factor);
    const inputs = normals(train * dim, { seed: 9, stream: streams.inputs, step: 0 });
    const noise = normals(train, { seed: 9, stream: streams.labelNoise, step: 0 });
    expect(firstDifference(task.teacher!, teacher)).toBe(-1);
    expect(firstDifference(task.trainInputs, inputs)).toBe(-1);
    expect(task.trainLabels).toEqual(
      noise.map((xi, row) => {
        const field = teacher.reduce((sum, value, d) => sum + value * inputs[row * dim + d]!, 0);
        return 2 * (field / Math.sqrt(dim)) + 0.5 * xi;
      }),
    );
  });

  test('a manifold of several stretches has the numbers of its formula to the last bit', () => {
    for (const [latent, dim] of [
      [5, STEP + 3],
      [STEP + 1, 3],
      [150, 160],
      [3, 2],
    ] as const) {
      const task = manifoldTask({ latent, dim, train: 6, test: 0, seed: 4, activation: 'tanh' });
      const features = normals(latent * dim, { seed: 4, stream: streams.hiddenFeatures, step: 0 });
      const latents = normals(6 * latent, { seed: 4, stream: streams.inputs, step: 0 });
      expect(firstDifference(task.manifold!.features, features)).toBe(-1);
      const x = new Float64Array(6 * dim);
      for (let row = 0; row < 6; row++)
        for (let d = 0; d < dim; d++) {
          let field = 0;
          for (let k = 0; k < latent; k++) field += latents[row * latent + k]! * features[k * dim + d]!;
          x[row * dim + d] = Math.tanh(field / Math.sqrt(latent));
        }
      expect(firstDifference(task.trainInputs, x)).toBe(-1);
    }
  });

  test('a permutation of several stretches is that of Fisher and Yates', () => {
    const count = 2 * STEP + 3;
    const key = { seed: 2, stream: streams.shuffle, step: 1 };
    const order = permutation(count, key);
    const draws = uniforms(count, key);
    const right = Uint32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = Math.floor(draws[last]! * (last + 1));
      [right[last], right[other]] = [right[other]!, right[last]!];
    }
    expect(Buffer.from(order.buffer).equals(Buffer.from(right.buffer))).toBe(true);
    expect([...permutation(0, key), ...permutation(1, key)]).toEqual([0]);
  });
});
