import { expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import { bayes } from '$lib/theory/bayes';
import { scheduleFor } from '$lib/theory/bayes/schedule';
import { bayesParameters, makeTask } from '../../support/task';

const run = { signal: new AbortController().signal, progress: () => undefined, quality: 'fine' } as const;
const first = makeTask(16, 2, 4, 1, ([a = 0]) => Math.tanh(a));
const second = makeTask(16, 2, 4, 2, ([a = 0, b = 0]) => Math.tanh(a + b));
// Healthy at once, however few the particles: what is counted is the schedule, without repairs.
const parameters = { ...bayesParameters, gamma: 0.5, solver: 'particles' as const };

it('twice as many particles move at most twice as often, of a source and of its target', { timeout: 300_000 }, async () => {
  const backend = await createCpuBackend({ threads: 1 });
  /** Steps times particles asked of the backend, for a source and for a target of it. */
  const movesOf = async (particles: number): Promise<number[]> => {
    let moves = 0;
    const counting = Object.create(backend, {
      particleSteps: {
        value: (...asked: Parameters<typeof backend.particleSteps>) => {
          const [, { weights }, , count] = asked;
          moves += weights.batch * weights.rows * count;
          return backend.particleSteps(...asked);
        },
      },
    }) as typeof backend;
    const task = { task: first, parameters: { ...parameters, particles } };
    const [source] = await bayes.source(counting, [task], run);
    if (!source || source instanceof Problem) throw source ?? new Error('no source');
    using kernel = source;
    const ofSource = moves;
    const [target] = await bayes.target(counting, [{ ...task, task: second, source: kernel, delta: 1 }], run);
    if (!target || target instanceof Problem) throw target ?? new Error('no target');
    using _ = target;
    return [ofSource, moves - ofSource];
  };
  let before = await movesOf(256);
  for (let particles = 512; particles <= 4096; particles *= 2) {
    const now = await movesOf(particles);
    now.forEach((moves, index) => {
      expect(moves, `${particles} particles`).toBeGreaterThan(before[index] ?? NaN);
      expect(moves, `${particles} particles`).toBeLessThanOrEqual(2 * (before[index] ?? NaN));
    });
    before = now;
  }
  expect(backend.liveBytes).toBe(0);
});

it.each([2, 64, 784])('a schedule has no more steps for twice as many particles in %d dimensions', (dimension) => {
  const stepsOf = (particles: number): number =>
    scheduleFor('fine', 2, 1, particles, dimension).stages.reduce((sum, { count }) => sum + count, 0);
  for (let particles = 256; particles <= 8192; particles *= 2) expect(stepsOf(2 * particles)).toBeLessThanOrEqual(stepsOf(particles));
});
