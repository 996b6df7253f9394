import { expect, it } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Known, type DeepTargetPoint } from '$lib/theory/bayes/deep/target/run-target';
import { deepSource, sixByFour, still } from '../../../support/deep-target';
import { bayesParameters } from '../../../support/task';

it('places where runs begin are let go of with the last point that begins there', async () => {
  const parameters = { ...bayesParameters, depth: 1, gamma: 0.1, temperature: 1, particles: 64 };
  using source = await deepSource(createReferenceBackend(), sixByFour.source, parameters, { ...still, quality: 'coarse' });
  const known = new Known();
  const point = (delta: number, gamma: number): DeepTargetPoint => ({
    source,
    task: sixByFour.target,
    parameters: { ...parameters, gamma },
    delta,
  });
  let made = 0;
  const visit = async (...points: DeepTargetPoint[]): Promise<number> => {
    made = 0;
    for (const one of points)
      await known.places(one, 0, () => {
        made++;
        return Promise.resolve([]);
      });
    return made;
  };
  const [one, near, far, rich] = [point(1, 0.5), point(1.2, 0.5), point(100, 0.5), point(1, 1)];
  expect(await visit(one, near, far, rich)).toBe(3);
  known.forget([near, far]);
  expect(await visit(one, far)).toBe(0);
  expect(await visit(rich)).toBe(1);
  known.forget([far]);
  expect(await visit(near, far)).toBe(1);
  known.forget([]);
  expect(await visit(far)).toBe(1);
});
