import { describe, expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { classSource, classTarget } from '../../support/plane';
import { compareWithExact, exactErrors, planeTasks, type PlaneActivation, type Tasks } from '../../support/plane-theory';

const backend = await createCpuBackend({ threads: 1 });
const classes: Tasks = [classSource, classTarget];

/** The exact errors of a case: found once, for all that is compared with them. */
const known = new Map<string, readonly number[]>();
const exactOf = (activation: PlaneActivation, gamma: number, tasks: Tasks): readonly number[] => {
  const key = `${activation} ${gamma} ${tasks === classes ? 'classes' : 'plane'}`;
  const exact = known.get(key) ?? exactErrors(activation, gamma, tasks);
  known.set(key, exact);
  return exact;
};

// `auto` finds laws over two directions by quadrature (`bayes/coupled`), and particles carry them on to test examples; `particles` move.
describe.each([
  ['erf', 0.5, 4096, 4096],
  ['erf', 2, 4096, 4096],
  ['relu', 0.5, 1024, 1024],
  ['relu', 2, 1024, 4096],
  ['tanh', 0.5, 1024, 1024],
  ['tanh', 2, 1024, 4096],
] as const)('the plane against an independent quadrature: %s, γ = %d', (activation, gamma, carrying, moving) => {
  it.each([
    ['auto', carrying],
    ['particles', moving],
  ] as const)('solver %s, %d particles', { timeout: 300_000 }, async (solver, particles) => {
    const exactly = exactOf(activation, gamma, planeTasks);
    const points = await compareWithExact(backend, [activation, gamma, planeTasks], exactly, { solver, particles });
    for (const [index, { exact, test, stderr, warnings, moved }] of points.entries()) {
      expect(moved).toBe(solver === 'particles');
      expect(Math.abs(test / exact - 1), `point ${index}`).toBeLessThan(0.03);
      expect(Math.abs(test - exact), `point ${index}`).toBeLessThan(4 * stderr);
      expect(warnings).toEqual([]);
    }
    expect(backend.liveBytes).toBe(0);
  });
});

it.each(['auto', 'particles'] as const)(
  'the wells of classes learned richly are filled as an independent quadrature fills them: solver %s',
  { timeout: 300_000 },
  async (solver) => {
    const points = await compareWithExact(backend, ['erf', 2, classes], exactOf('erf', 2, classes), { solver, particles: 4096 });
    for (const [index, { exact, test, stderr, moved }] of points.entries()) {
      expect(moved).toBe(solver === 'particles');
      expect(Math.abs(test / exact - 1), `point ${index}`).toBeLessThan(0.02);
      expect(Math.abs(test - exact), `point ${index}`).toBeLessThan(4 * stderr);
    }
  },
);

// A standard error that is 1.4 times too small covers 85 % and has a mean square of 1.96.
it.each([
  ['auto', 50],
  ['particles', 20],
] as const)(
  'the standard error of 128 particles covers the exact value in 90 % at 2 σ, and is of the size of the scatter: solver %s, %d seeds',
  { timeout: 300_000 },
  async (solver, seeds) => {
    const distances: number[][] = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const sampling = { solver, particles: 128, seed };
      const points = await compareWithExact(backend, ['erf', 2, planeTasks], exactOf('erf', 2, planeTasks), sampling);
      points.forEach(({ exact, test, stderr, moved }, point) => {
        expect(moved).toBe(solver === 'particles');
        (distances[point] ??= []).push((test - exact) / stderr);
      });
    }
    expect(distances).toHaveLength(4);
    for (const [point, each] of distances.entries())
      expect(each.filter((z) => Math.abs(z) < 2).length / seeds, `point ${point}`).toBeGreaterThanOrEqual(0.9);
    const all = distances.flat();
    const square = all.reduce((sum, z) => sum + z * z, 0) / all.length;
    expect(square).toBeGreaterThan(0.5);
    expect(square).toBeLessThan(1.3);
    expect(backend.liveBytes).toBe(0);
  },
);
