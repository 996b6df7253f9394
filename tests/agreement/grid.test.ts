import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { compareWithGrid } from '../support/few-directions';
import pairs from './grid.json';

/** `SEEDS` of each pair, in each of the `DIMENSIONS`; `FIRST` and `LAST` choose a part. */
const { SEEDS = '1', DIMENSIONS = '2,10,40,100', FIRST = '0', LAST = '99' } = process.env;

// The truth is from grid.py.
test('sources and targets over a grid of γ, T, P and labels are those of square grids, in any dimension', async () => {
  const backend = await createCpuBackend({ threads: 1 });
  const rows: object[] = [];
  const off: string[] = [];
  const alarms: string[] = [];
  const percent = (value: number): number => Math.round(1000 * value) / 10;
  try {
    for (const [index, given] of pairs.entries()) {
      if (index < Number(FIRST) || index > Number(LAST)) continue;
      for (const dimension of DIMENSIONS.split(',').map(Number))
        for (let seed = 1; seed <= Number(SEEDS); seed++) {
          const name = `${index} ${given.source} → ${given.target} ${given.activation} γ ${given.gamma} T ${given.temperature} δ ${given.delta} D ${dimension} seed ${seed}`;
          for (const { role, kernel, eigen, alignment, test, sigmas, warnings } of await compareWithGrid(backend, given, 2, dimension, {
            seed,
          })) {
            rows.push({
              name,
              role,
              kernel: percent(kernel),
              eigen: percent(eigen),
              alignment: percent(alignment),
              test: percent(test),
              sigmas: Number(sigmas.toPrecision(2)),
              warnings: warnings.join('; ').slice(0, 60),
            });
            const right = Math.max(kernel, eigen, alignment) < 0.03 && (test < 0.03 || sigmas < 3);
            if (!right && warnings.length === 0) off.push(`${name} ${role}`);
            if (right && warnings.length > 0) alarms.push(`${name} ${role}`);
          }
        }
    }
  } finally {
    backend.dispose();
  }
  console.table(rows);
  console.log('warned of, though right', alarms);
  console.log('off without a warning', off);
  expect(off).toEqual([]);
  expect(rows.length).toBeGreaterThan(0);
});
