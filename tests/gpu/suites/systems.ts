import { createReferenceBackend } from '$lib/backend/reference/reference';
import { factorSystems } from '$lib/backend/systems/factor';
import { solveSystems } from '$lib/backend/systems/solve';
import { illConditioned } from '../harness/ill-conditioned';
import { numbers, relativeError, withBackend } from '../harness/suite';

export interface Reported {
  readonly condition: number;
  /** Largest error of the refined solution against one in double precision, relative to its largest entry. */
  readonly error: number;
  readonly backwardError: number;
  readonly steps: number;
  readonly converged: boolean;
  readonly logDeterminant: number;
  readonly exactLogDeterminant: number;
}

/** Refined solves of kernel matrices of growing condition number, as one batch, each beside one in double precision. */
export const refined = (given: unknown) =>
  withBackend(async (backend) => {
    const { activation, n, conditions } = given as {
      readonly activation: 'erf' | 'relu';
      readonly n: number;
      readonly conditions: readonly number[];
    };
    const systems = conditions.map((condition, entry) => illConditioned(activation, n, condition, entry + 1));
    const sides = conditions.map((_, entry) => Float64Array.from(numbers(n, entry + 20)));
    const all = systems.flatMap((system) => [...system]);
    const shape = { batch: conditions.length, rows: n, columns: n };
    const zeros = conditions.map(() => 0);
    using kernel = backend.upload(shape, all);
    using solves = await solveSystems(backend, kernel, zeros, sides);
    const exact = createReferenceBackend();
    using exactKernel = exact.upload(shape, all);
    using exactSolves = await solveSystems(exact, exactKernel, zeros, sides);
    return solves.reports.map((report, entry): Reported => {
      const { solution, logDeterminant } = exactSolves.reports[entry]!;
      return {
        condition: report.condition,
        error: relativeError(report.solution, solution),
        backwardError: report.backwardError,
        steps: report.steps,
        converged: report.converged,
        logDeterminant: report.logDeterminant,
        exactLogDeterminant: logDeterminant,
      };
    });
  });

/** A kernel matrix with repeated examples, without and with leave for jitter, beside a good one. */
export const jittered = () =>
  withBackend(async (backend) => {
    const n = 40;
    const good = illConditioned('erf', n, 1e3, 1);
    // The last five examples are the first five once more.
    const repeated = good.map((_, at) => {
      const [i, j] = [Math.floor(at / n) % 35, (at % n) % 35];
      return good[i * n + j]!;
    });
    using kernel = backend.upload({ batch: 2, rows: n, columns: n }, [...good, ...repeated]);
    using off = await factorSystems(backend, kernel, [0, 0]);
    using auto = await factorSystems(backend, kernel, [0, 0], { jitter: ['auto', 'auto'] });
    using ridged = await factorSystems(backend, kernel, [0, 0.01], { jitter: ['auto', 'auto'] });
    const mean = Array.from({ length: n }, (_, i) => repeated[i * n + i]!).reduce((sum, value) => sum + value, 0) / n;
    return {
      off: off.failures.map((failure) => failure ?? null),
      auto: auto.failures.map((failure) => failure ?? null),
      shares: auto.jitters.map(({ share }) => share),
      added: auto.jitters[1]!.added / mean,
      ridged: ridged.jitters.map(({ share }) => share),
    };
  });
