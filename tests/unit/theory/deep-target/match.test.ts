import { expect, it } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { match } from '$lib/theory/bayes/deep/target/match';
import { times, transposed } from '$lib/theory/bayes/deep/target/small';

const [samples, n] = [600, 5];

it.each(['reference', 'cpu'] as const)('normals become white and uncorrelated with what they go beside, on %s', async (name) => {
  const backend = name === 'cpu' ? await createCpuBackend({ threads: 1 }) : createReferenceBackend();
  const engine = backend.walking!;
  const draw = (stream: number) => engine.normal({ rows: samples, columns: n }, { seed: 3, stream, step: 0 });
  {
    using normals = draw(1);
    using one = draw(2);
    using two = draw(3);
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses++;
      return Promise.resolve();
    };
    await match(engine, normals, [one, two], pause);
    const [x, ...others] = [await engine.read(normals), await engine.read(one), await engine.read(two)];
    const moments = (y: Float64Array): Float64Array => times(transposed(x, n), y, samples).map((value) => value / samples);
    moments(x).forEach((value, i) => expect(value).toBeCloseTo(i % (n + 1) === 0 ? 1 : 0, 9));
    for (const other of others) for (const value of moments(other)) expect(value).toBeCloseTo(0, 9);
    expect(pauses).toBeGreaterThanOrEqual(3);
  }
  {
    using normals = draw(1);
    using one = draw(2);
    const stop = (): Promise<void> => Promise.reject(new Error('stopped'));
    await expect(match(engine, normals, [one], stop)).rejects.toThrow('stopped');
  }
  expect(backend.liveBytes).toBe(0);
  backend.dispose();
});
