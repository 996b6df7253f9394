import { expect, test } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { judge } from '../../support/random-judgement';
import { describeProblem, randomProblem } from '../../support/random-problems';

/** The first problems of the list (`npm run agreement`) whose right values take no long runs. */
const quick = Array.from({ length: 80 }, (_, index) => randomProblem(index))
  .filter(({ theory, parameters }) => (theory === 'lazy' && parameters.activation !== 'tanh') || theory === 'proportional')
  .slice(0, 20);

test('random small problems agree with right values of their own making, or are warned of', async () => {
  const backend = createReferenceBackend();
  let compared = 0;
  for (const problem of quick) {
    const { judged, off } = await judge(backend, problem, []);
    expect(off, describeProblem(problem)).toEqual([]);
    if (judged.length > 0) compared++;
  }
  expect(compared).toBeGreaterThan(15);
  expect(backend.liveBytes).toBe(0);
});

test('the comparison finds a planted fault: a temperature that is a half more than was asked for', async () => {
  const backend = createReferenceBackend();
  let found = 0;
  let compared = 0;
  for (const problem of quick) {
    const { judged, off } = await judge(backend, problem, [], { temperature: 1.5 * problem.parameters.temperature });
    if (judged.length > 0) compared++;
    if (off.length > 0) found++;
  }
  // Where inputs are tiny or the theory predicts no error at all, the temperature does not show.
  expect(found).toBeGreaterThan(0.6 * compared);
});
