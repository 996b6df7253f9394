import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { compareWithGrid } from '../support/few-directions';
import three from '../unit/theory/strata/truth.json';

/** `SEEDS` of each pair, in each of the `DIMENSIONS`. */
const { SEEDS = '3', DIMENSIONS = '3,10,40,100', FIRST = '0', LAST = '99' } = process.env;

test('sources and targets of three directions are those of grids, in any dimension', async () => {
  const backend = await createCpuBackend({ threads: 1 });
  const rows: object[] = [];
  const off: string[] = [];
  const percent = (value: number): number => Math.round(1000 * value) / 10;
  try {
    for (const [index, given] of three.entries()) {
      if (index < Number(FIRST) || index > Number(LAST)) continue;
      for (const dimension of DIMENSIONS.split(',').map(Number))
        for (let seed = 1; seed <= Number(SEEDS); seed++) {
          const name = `${index} ${given.source} → ${given.target} ${given.activation} γ ${given.gamma} δ ${given.delta} D ${dimension} seed ${seed}`;
          for (const one of await compareWithGrid(backend, given, 3, dimension, { seed })) {
            const { role, kernel, eigen, alignment, sigmas, samples, warnings } = one;
            rows.push({
              name,
              role,
              kernel: percent(kernel),
              eigen: percent(eigen),
              alignment: percent(alignment),
              test: percent(one.test),
              sigmas: Number(sigmas.toPrecision(2)),
              samples: samples && Math.round(samples),
              warnings: warnings.join('; ').slice(0, 60),
            });
            const wrong = one.test > 0.05 && sigmas > 3 ? 'test' : one.test > 0.005 && sigmas > 4 ? 'test' : kernel > 0.05 ? 'kernel' : '';
            if (wrong && warnings.length === 0) off.push(`${name} ${role}: ${wrong}`);
          }
        }
    }
  } finally {
    backend.dispose();
  }
  console.table(rows);
  console.log('off without a warning', off);
  expect(off).toEqual([]);
});
