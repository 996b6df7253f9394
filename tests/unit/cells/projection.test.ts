import { projectionOf } from '$lib/cells/projection';
import { datasetValue, datasetView } from '$lib/cells/dataset-value';
import type { Dataset } from '$lib/data/dataset';
import { describe, expect, it } from 'vitest';
import { linearTask, manifoldTask } from '../../support/tasks';

const viewOf = (data: Dataset) => {
  const view = datasetView({ axes: [], points: [datasetValue(data)] }, { point: 0, theme: 'light' });
  if (view.type !== 'dataset') throw new Error(`a dataset looks like ${view.type}`);
  return view;
};

describe('how a dataset without pictures looks', () => {
  it('is its labels against the teacher’s field, a straight line without noise', () => {
    const data = linearTask({ dim: 30, train: 50, test: 0, noise: 0, scale: 2, seed: 4 });
    const { projection } = viewOf(data);
    expect(projection?.x).toHaveLength(50);
    for (const [index, x] of (projection?.x ?? []).entries()) expect(projection?.y[index]).toBeCloseTo(2 * x, 12);
    expect(projection?.labels).toEqual([...data.trainLabels]);
  });

  it('is its inputs on their principal directions where there is no teacher', () => {
    const { projection } = viewOf(manifoldTask({ latent: 2, dim: 60, activation: 'linear', train: 40, test: 0, seed: 1 }));
    // Two latent variables and no nonlinearity: all of the variance lies in the plane.
    const shares = [projection?.xName, projection?.yName].map((name) => Number(/(\d+) %$/.exec(name ?? '')?.[1]));
    expect(shares[0]! + shares[1]!).toBeGreaterThanOrEqual(99);
    expect(shares[0]).toBeGreaterThanOrEqual(shares[1]!);
    expect(new Set(projection?.labels)).toEqual(new Set([-1, 1]));
  });

  it('is only the first examples of many, or of large ones, and is computed once', () => {
    const wide = manifoldTask({ latent: 3, dim: 10_000, train: 100, test: 0, seed: 1 });
    expect(projectionOf(wide).x).toHaveLength(52);
    expect(projectionOf(wide)).toBe(projectionOf(wide));
    expect(projectionOf(linearTask({ dim: 3, train: 1000, test: 0, noise: 0, scale: 1, seed: 1 })).x).toHaveLength(200);
  });
});

describe('how a dataset with pictures looks', () => {
  it('is the pictures', () => {
    const data: Dataset = {
      title: 'two squares',
      dimension: 4,
      trainInputs: Float64Array.from([0, 1, 1, 0, 1, 0, 0, 1]),
      trainLabels: Float64Array.from([1, -1]),
      testInputs: new Float64Array(),
      testLabels: new Float64Array(),
      image: { width: 2, height: 2, mean: new Float64Array(4), scale: 1 },
    };
    const view = viewOf(data);
    expect(view.thumbnails?.count).toBe(2);
    expect(view.projection).toBeUndefined();
  });
});
