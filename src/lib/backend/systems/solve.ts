import type { Backend, Matrix } from '$lib/backend/backend';
import { systemConditions } from './condition';
import { factorSystems, type FactorOptions, type Failure, type Systems } from './factor';
import type { Jitter } from './jitter';
import { refinedSolutions, type Refined } from './refine';

/** All that is known of one solve. */
export interface SolveReport extends Refined {
  /** Why there is no solution; undefined where there is one (then every number here is finite). */
  readonly failure: Failure | undefined;
  /** The first bad pivot before jitter, −1 where there was none. */
  readonly pivot: number;
  readonly jitter: Jitter;
  /** Estimate of the 2-norm condition number, see `conditionNumbers`. */
  readonly condition: number;
  /** log det A, at the backend's precision. */
  readonly logDeterminant: number;
}

/** Solved systems: the reports, and the factors for whoever goes on with them. */
export interface Solves {
  readonly systems: Systems;
  readonly reports: readonly SolveReport[];
  [Symbol.dispose](): void;
}

/**
 * (K + shift I) x = b for K [B or 1, n, n], one shift and one right-hand side [n] a batch entry: factored with jitter where that is
 * allowed and needed, refined to double-precision backward error where the condition allows, and told how it went.
 */
export async function solveSystems(
  backend: Backend,
  kernel: Matrix,
  shifts: readonly number[],
  rightSides: readonly Float64Array[],
  options: FactorOptions = {},
): Promise<Solves> {
  const systems = await factorSystems(backend, kernel, shifts, options);
  using determinants = backend.logDeterminant(systems.factor);
  const [refined, conditions, logarithms] = await Promise.all([
    refinedSolutions(backend, systems, rightSides),
    systemConditions(backend, systems),
    backend.read(determinants),
  ]);
  return {
    systems,
    reports: refined.map((solution, b) => ({
      ...solution,
      failure: systems.failures[b],
      pivot: systems.pivots[b] ?? -1,
      jitter: systems.jitters[b] ?? { share: 0, added: 0 },
      condition: conditions[b] ?? NaN,
      logDeterminant: logarithms[b] ?? NaN,
    })),
    [Symbol.dispose]() {
      systems[Symbol.dispose]();
    },
  };
}
