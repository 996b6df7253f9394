import { expect, test } from './harness/test';
import type { Reported } from './suites/systems';

/** Digits of a figure that the report of a run shows. */
const note = (type: string, value: number): void => {
  test.info().annotations.push({ type, description: value.toPrecision(3) });
};

for (const activation of ['erf', 'relu'] as const)
  test(`refined solutions are those of double precision up to condition 1e6, and told where they are not, ${activation}`, async ({
    suite,
  }) => {
    const conditions = [1e3, 1e4, 1e5, 1e6, 1e7];
    const reports = await suite<Reported[]>('systems', 'refined', { activation, n: 200, conditions });
    reports.forEach((report, i) => {
      const condition = conditions[i]!;
      note(`error at ${condition}`, report.error);
      note(`steps at ${condition}`, report.steps);
      if (condition <= 1e6) {
        expect(report.converged, `${condition}`).toBe(true);
        expect(report.backwardError).toBeLessThan(Math.sqrt(200) * 2 ** -53);
        // Double precision loses as many digits as the condition has.
        expect(report.error).toBeLessThan(1e-14 * condition);
      } else if (!report.converged) expect(report.backwardError).toBeGreaterThan(Math.sqrt(200) * 2 ** -53);
      // An estimate from below.
      expect(report.condition / condition).toBeGreaterThan(0.3);
      expect(report.condition / condition).toBeLessThan(1.1);
      // tr A⁻¹E for an error E of ε‖A‖.
      expect(Math.abs(report.logDeterminant - report.exactLogDeterminant)).toBeLessThan(200 * 2 ** -24 * condition);
    });
    expect(reports[2]!.error).toBeLessThan(1e-9);
  });

test('jitter is added where it is allowed and needed, and nowhere else', async ({ suite }) => {
  const result = await suite<{ off: unknown[]; auto: unknown[]; shares: number[]; added: number; ridged: number[] }>('systems', 'jittered');
  expect(result.off).toEqual([null, { pivot: 35, size: 40 }]);
  expect(result.auto).toEqual([null, null]);
  expect(result.shares[0]).toBe(0);
  // Rounding of a pivot is 4√40 · 2⁻²⁴ = 1.5e-6 of its diagonal entry; five pivots share what the rung adds.
  expect([1e-6, 1e-5]).toContain(result.shares[1]);
  expect(result.added / result.shares[1]!).toBeCloseTo(1, 6);
  expect(result.ridged).toEqual([0, 0]);
});
