import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import { drawReadout, evaluate } from '$lib/theory/networks/posterior';
import { conditionalNormsUnless } from '$lib/theory/networks/readout-norms';
import { never } from '$lib/theory/networks/stopped';
import { proportional } from '$lib/theory/proportional';
import { Problem } from '$lib/base/problem';
import { finish, networkPoint, pair, quietly, stage } from '../../../support/networks';
import { bayesParameters } from '../../../support/task';
import { numbers } from '../../backend/naive';

const [source, target] = pair();

test.each([
  ['tanh', 4, 0.2],
  ['relu', 9, 0.01],
  ['linear', 2, 1],
] as const)(
  'the mean of |v|²/N given w is that of the Gaussian that readouts are drawn from: %s, N = %i, T = %d',
  async (activation, width, temperature) => {
    const backend = createReferenceBackend();
    const [dimension, examples] = [target.dimension, target.trainLabels.length];
    const posterior = {
      activation,
      inputs: backend.upload({ rows: examples, columns: dimension }, target.trainInputs),
      labels: backend.upload({ rows: examples, columns: 1 }, target.trainLabels),
      temperatures: [temperature],
      scales: [1],
    };
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
    // A draw is linear in its normals: the mean of |v|² is that of the mean, and the squares of what each of them adds.
    const unit = (size: number, index: number) => Float64Array.from({ length: size }, (_, i) => (i === index ? 1 : 0));
    const mean = await draw(new Float64Array(width), new Float64Array(examples));
    let wanted = mean.reduce((sum, v) => sum + v * v, 0);
    const add = (column: Float64Array): void => column.forEach((v, j) => (wanted += (v - mean[j]!) ** 2));
    for (let i = 0; i < width; i++) add(await draw(unit(width, i), new Float64Array(examples)));
    for (let i = 0; i < examples; i++) add(await draw(new Float64Array(width), unit(examples, i)));
    const [norm] = (await conditionalNormsUnless(never, backend, posterior, at))!;
    expect(norm).toBeCloseTo(wanted / width, 9);
  },
);

describe('the norm of the readout in results', () => {
  test.each(['gradient', 'readout'] as const)('is that of the weights that are exported: %s', async (method) => {
    using ensemble = openEnsemble(createReferenceBackend(), [networkPoint(stage(source), stage(target), { method, seeds: 3 })]);
    const [{ readoutNorm } = { readoutNorm: undefined }] = await finish(ensemble);
    const each: number[] = [];
    for (let seed = 0; seed < 3; seed++) {
      const { readout } = await ensemble.network(0, seed);
      each.push(readout.reduce((sum, v) => sum + v * v, 0) / readout.length);
    }
    const mean = each.reduce((sum, value) => sum + value / 3, 0);
    expect(readoutNorm?.mean).toBeCloseTo(mean, 12);
    expect(readoutNorm?.stderr).toBeCloseTo(Math.sqrt(each.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 6), 12);
  });

  test('of sampled linear networks is the order parameter of the proportional limit', { timeout: 60_000 }, async () => {
    const backend = await createCpuBackend({ threads: 1 });
    const [first, second] = pair(20, 30, 5);
    const parameters = { ...bayesParameters, activation: 'linear', width: 40, temperature: 0.05 } as const;
    const [kernel] = await proportional.source(backend, [{ task: first, parameters }], quietly());
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    const deltas = [0.1, 3];
    const laws = await proportional.target(
      backend,
      deltas.map((delta) => ({ source: kernel, delta, task: second, parameters })),
      quietly(),
    );
    const options = {
      theory: 'proportional',
      method: 'langevin',
      activation: 'linear',
      width: 40,
      seeds: 24,
      burnIn: 30,
      samples: 10,
    } as const;
    const [one, two] = [first, second].map((task) => stage(task, { temperature: 0.05 }));
    using ensemble = openEnsemble(
      backend,
      deltas.map((delta) => networkPoint(one!, two!, { ...options, delta })),
    );
    const results = await finish(ensemble);
    for (const [at, law] of laws.entries()) {
      if (law instanceof Problem) throw law;
      const wanted = law.fields?.['readout_norm'] ?? NaN;
      const { mean, stderr = NaN } = results[at]!.readoutNorm;
      expect(wanted).toBeGreaterThan(1.02);
      expect(Math.abs(mean - wanted)).toBeLessThan(4 * stderr + 1 / 40);
      expect(stderr).toBeLessThan(0.1);
      law[Symbol.dispose]();
    }
    kernel[Symbol.dispose]();
  });
});
