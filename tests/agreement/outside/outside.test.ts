import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { Problem } from '$lib/base/problem';
import { judge, slightness, ways, type OutsidePair } from './judge';
import pairs from './truth.json';

/** `FIRST` and `LAST` choose pairs by their seeds, `WAYS` ways by their numbers, `SEEDS` how often each is run; `RECORD` names a file for a line of JSON a row. */
const { FIRST = '0', LAST = '9999', WAYS = '0,1,2,3,4,5', SEEDS = '1', RECORD = '' } = process.env;

/** Beyond this tilt of slight directions the law in the plane is not the truth. */
const untrue = 0.35;

// The truth is from truth.py.
test('sources and targets that had no part in the making are right in any dimension, or warned of', async () => {
  const backend = await createCpuBackend({ threads: 1 });
  const rows: object[] = [];
  const silent: string[] = [];
  const alarms: string[] = [];
  const percent = (value: number): number => Math.round(1000 * value) / 10;
  try {
    for (const pair of pairs as readonly OutsidePair[]) {
      if (pair.seed < Number(FIRST) || pair.seed > Number(LAST)) continue;
      for (const way of WAYS.split(',').map((index) => ways[Number(index)]!))
        for (let seed = 1; seed <= Number(SEEDS); seed++) {
          if (slightness(pair, way).tilt > untrue) continue;
          const { activation, gamma, temperature, delta } = pair;
          const name = `${pair.seed} ${pair.source} → ${pair.target} × ${pair.scale} ${activation} γ ${gamma} T ${temperature} δ ${delta} ${way.name} ${way.dimension} seed ${seed}`;
          try {
            for (const one of await judge(backend, pair, way, { seed })) {
              const row = {
                name,
                role: one.role,
                by: one.by,
                kernel: percent(one.kernel),
                eigen: percent(one.eigen),
                test: percent(one.test),
                testSigmas: Number(one.testSigmas.toPrecision(2)),
                train: percent(one.train),
                trainSigmas: Number(one.trainSigmas.toPrecision(2)),
                warnings: one.warnings.join('; ').slice(0, 70),
              };
              rows.push(row);
              if (RECORD !== '') appendFileSync(RECORD, `${JSON.stringify({ ...row, wrong: one.wrong })}\n`);
              if (one.wrong && one.warnings.length === 0) silent.push(`${name} ${one.role}`);
              if (!one.wrong && one.warnings.length > 0) alarms.push(`${name} ${one.role}`);
            }
          } catch (error) {
            // A refusal is a word.
            if (!(error instanceof Problem)) throw error;
            console.log(name, 'refused:', error.message);
          }
        }
    }
  } finally {
    backend.dispose();
  }
  console.table(rows);
  console.log('warned of, though right', alarms);
  console.log('off without a warning', silent);
  expect(silent).toEqual([]);
  expect(rows.length).toBeGreaterThan(0);
});
