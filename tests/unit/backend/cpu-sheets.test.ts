import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { TestSheet } from '../../support/evaluate';

const data = `source = linear_task(dim: 6, train: 24, test: 30, seed: 1)
target = linear_task(dim: 6, train: 8, test: 30, seed: 2)
`;

/** Sheets, and how far what they show may be from the reference's, relative to a field's largest number. */
const sheets: readonly (readonly [name: string, text: string, tolerance: number])[] = [
  ...(['erf', 'relu', 'tanh'] as const).map(
    (activation) =>
      [
        `lazy, ${activation}`,
        `k = source_kernel(source, theory: "lazy", kernel: "ntk", activation: "${activation}", temperature: 0.01)\ne = error(k)`,
        1e-9,
      ] as const,
  ),
  [
    'proportional',
    `d = range(0.1, 10, count: 3, scale: "log")
k = source_kernel(source, theory: "proportional", activation: "erf", width: 50, temperature: 0.1)
t = target_kernel(coupling(k, delta: d), target)
e = error(t)`,
    1e-9,
  ],
  [
    // Its start is drawn, the same on both; from there on it is a flow without chance.
    'flow',
    `k = source_kernel(source, theory: "flow", activation: "erf", gamma: 1, time: 2, particles: 64)
t = target_kernel(coupling(k, delta: 0.5), target)
e = error(t)`,
    1e-9,
  ],
  [
    // Noise is the same on both, and the dynamics forget differences.
    'bayes',
    `k = source_kernel(source, theory: "bayes", activation: "erf", gamma: 1, temperature: 0.1, particles: 64)
e = error(k)`,
    1e-9,
  ],
  [
    'networks by gradient descent',
    `k = source_kernel(source, theory: "flow", activation: "erf", gamma: 1, time: 0.5, particles: 32)
nets = networks(coupling(k, delta: 0.5), target, method: "gradient", width: 16, seeds: 2, time: 0.5)`,
    1e-9,
  ],
];

describe('a sheet shows the same on the cpu backend as on the reference', () => {
  test.each(sheets)(
    '%s',
    async (_, text, tolerance) => {
      const made = [];
      for (const backend of [createReferenceBackend(), await createCpuBackend()]) {
        const sheet = new TestSheet(undefined, backend);
        made.push(await sheet.evaluate(data + text));
        sheet.host.dispose();
        backend.dispose();
      }
      const [right, got] = made as [(typeof made)[0], (typeof made)[0]];
      expect([...got.keys()]).toEqual([...right.keys()]);
      let compared = 0;
      for (const [key, wanted] of right) {
        const report = got.get(key)!;
        expect(report.problem).toEqual(wanted.problem);
        expect(wanted.problem).toBeUndefined();
        for (const [field, values] of Object.entries(wanted.fields)) {
          const numbers = [values].flat().filter((value) => typeof value === 'number');
          const found = [report.fields[field]!].flat().filter((value) => typeof value === 'number');
          expect(found.length).toBe(numbers.length);
          const scale = Math.max(1e-300, ...numbers.map(Math.abs));
          numbers.forEach((value, i) => expect(Math.abs(found[i]! - value) / scale, `${key}.${field}`).toBeLessThan(tolerance));
          compared += numbers.length;
        }
      }
      expect(compared).toBeGreaterThan(3);
    },
    60_000,
  );
});
