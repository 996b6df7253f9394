import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { judge, type Judged } from '../support/random-judgement';
import { describeProblem, randomProblem } from '../support/random-problems';

/**
 * `FIRST` and `PROBLEMS` choose a part of the list; `RECORD` names a file that gets a line of JSON for each problem. `PLANT` is a factor on the
 * temperature that the comparison is not told of: it must then find most problems wrong.
 */
const { FIRST = '0', PROBLEMS = '300', RECORD = '', PLANT = '1' } = process.env;

const show = (problem: string, one: Judged) => ({
  problem,
  role: one.role,
  name: one.name,
  found: Number(one.found.toPrecision(4)),
  right: Number(one.right.toPrecision(4)),
  stderr: Number(one.stderr.toPrecision(2)),
  by: one.by,
  warnings: one.warnings.join('; ').slice(0, 120),
});

test('random small problems are right, or warned of', async () => {
  const backend = await createCpuBackend({ threads: 1 });
  const silent: ReturnType<typeof show>[] = [];
  const alarms: ReturnType<typeof show>[] = [];
  const counts = { problems: 0, refused: 0, warned: 0, compared: 0 };
  try {
    for (let index = Number(FIRST); index < Number(FIRST) + Number(PROBLEMS); index++) {
      const problem = randomProblem(index);
      const name = describeProblem(problem);
      const began = performance.now();
      const temperature = Number(PLANT) * problem.parameters.temperature;
      const efforts = PLANT === '1' ? ([[4, 2], [16, 3], [64, 4]] as const) : ([[4, 2]] as const); // prettier-ignore
      const judgement = await judge(backend, problem, efforts, { temperature });
      counts.problems++;
      if (judgement.refusal !== undefined) counts.refused++;
      if (judgement.judged.some(({ warnings }) => warnings.length > 0)) counts.warned++;
      if (judgement.judged.length > 0) counts.compared++;
      silent.push(...judgement.off.map((one) => show(name, one)));
      alarms.push(...judgement.falseAlarms.map((one) => show(name, one)));
      if (RECORD !== '') appendFileSync(RECORD, `${JSON.stringify({ name, seconds: (performance.now() - began) / 1000, ...judgement })}\n`);
    }
  } finally {
    backend.dispose();
  }
  console.log(counts);
  console.log('warned of, though right');
  console.table(alarms);
  console.log('off without a warning');
  console.table(silent);
  expect(silent).toEqual([]);
});
