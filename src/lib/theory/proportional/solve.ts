import { Problem } from '$lib/base/problem';
import type { Backend, Matrix } from '$lib/backend/backend';
import { conditioningOf, type Conditioning } from '$lib/theory/common/health';
import type { Check } from '$lib/theory/proportional/check';
import type { Branch } from '$lib/theory/proportional/branch';
import {
  column,
  couplingOf,
  otherKernel,
  sameKernel,
  factored,
  sourceKernel,
  targetKernels,
  uploadTrain,
  type PreparedSource,
  type SourceLaw,
} from '$lib/theory/proportional/kernels';
import { predictSource, type Predictions, type TargetLaw } from '$lib/theory/proportional/predictor';
import { ProportionalKernel } from '$lib/theory/proportional/proportional-kernel';
import { sourceSaddle } from '$lib/theory/proportional/source-saddle';
import type { Sweep } from '$lib/theory/proportional/sweep';
import type { SourceParameters, SourcePoint, Task } from '$lib/theory/theory';
import { columnSums } from '$lib/theory/common/column-sums';

/** The kernel of a source: its saddle in double precision on `exact`, its matrix on `backend`. Throws a Problem where there is no saddle. */
export async function solveSource(
  backend: Backend,
  exact: Backend,
  { task, parameters }: SourcePoint,
  check: Check,
): Promise<ProportionalKernel> {
  const { activation, temperature, width } = parameters;
  using x = uploadTrain(exact, task);
  using kernel = sourceKernel(exact, activation, x);
  const saddle = await sourceSaddle(await exact.read(kernel), task.trainLabels, temperature, width, check);
  if (!saddle) throw new Problem('no physical saddle was found for the source: its equation has no finite root; raise temperature');
  const { order, residual } = saddle;
  using renormalised = exact.combine([[order, kernel]]);
  const { dual, onTrain, figures } = await fitted(exact, renormalised, temperature, task.trainLabels, task.trainLabels);
  const law: SourceLaw = { task, activation, temperature, order, dual };
  return new ProportionalKernel(
    backend,
    exact,
    {
      role: 'source',
      task,
      parameters,
      fields: { source: order, readout_norm: order },
      health: { residual, ...figures },
      onTrain,
      onTest: (where, run) => predictSource(where, law, run),
      kernel: (where, rows) => {
        using own = sourceKernel(where, activation, rows);
        return where.combine([[order, own]]);
      },
      law,
    },
    await handedOver(exact, backend, renormalised),
  );
}

/** The kernel of a target at one δ from the branch that follows its saddle; it is predicted with the others of its sweep. */
export async function solveTarget(
  backend: Backend,
  exact: Backend,
  source: PreparedSource,
  branch: Branch,
  sweep: Sweep,
  task: Task,
  parameters: SourceParameters,
  delta: number,
): Promise<ProportionalKernel> {
  const { temperature } = parameters;
  const coupling = couplingOf(delta);
  const kernels = await targetKernels(exact, source, task, temperature, coupling);
  const { stack, transferred } = kernels;
  using all = stack;
  const { orders, residual } = await branch.at(coupling.kappa, delta, kernels);
  using same = exact.slice(all, 0);
  using other = exact.slice(all, 1);
  using overlap = exact.slice(all, 2);
  using renormalised = exact.combine([
    [orders.same, same],
    [-orders.other, other],
  ]);
  using quenched = exact.combine([
    [orders.other, other],
    [-orders.cross * orders.cross, overlap],
  ]);
  const right = task.trainLabels.map((y, i) => y - orders.cross * (transferred[i] as number));
  const { dual, onTrain, figures } = await fitted(exact, renormalised, temperature, task.trainLabels, right, quenched);
  const { law } = source;
  const own: TargetLaw = { coupling, orders, dual };
  sweep.add(own);
  return new ProportionalKernel(
    backend,
    exact,
    {
      role: 'target',
      task,
      parameters,
      fields: { source: law.order, target: orders.same, overlap: orders.other, cross: orders.cross, readout_norm: orders.same },
      health: { residual, ...figures },
      onTrain,
      onTest: (where, run) => sweep.predict(own, where, run),
      kernel: (where, rows) => {
        using d = sameKernel(where, law.activation, rows, rows, coupling);
        using o = otherKernel(where, law.activation, rows, rows, coupling);
        return where.combine([
          [orders.same, d],
          [-orders.other, o],
        ]);
      },
    },
    await handedOver(exact, backend, renormalised),
  );
}

/**
 * α = D⁻¹ · right for D = T I + Φ, and the predictor and its variance at the training examples. There the formulas of `theory.md` §4 become
 * f = y − Tα and T − T²(D⁻¹)ᵢᵢ + T²(D⁻¹GD⁻¹)ᵢᵢ: no difference of nearly equal numbers at small T.
 */
async function fitted(
  exact: Backend,
  renormalised: Matrix,
  temperature: number,
  labels: Float64Array,
  right: Float64Array,
  quenched?: Matrix,
): Promise<{ readonly dual: Float64Array; readonly onTrain: Predictions; readonly figures: Partial<Conditioning> }> {
  using systems = await factored(exact, renormalised, temperature);
  const { matrix: system, factor } = systems;
  using b = column(exact, right);
  using solution = exact.solve(factor, b);
  const dual = await exact.read(solution);
  using inverse = exact.inverse(factor);
  using diagonal = exact.diagonal(inverse);
  const own = await exact.read(diagonal);
  const square = temperature * temperature;
  const variances = own.map((entry) => temperature - square * entry);
  if (quenched) {
    using acted = exact.product(quenched, inverse);
    // D⁻¹ is symmetric: (D⁻¹GD⁻¹)ᵢᵢ is the sum of column i of (GD⁻¹) ∘ D⁻¹.
    using sums = columnSums(exact, acted, inverse);
    (await exact.read(sums)).forEach((sum, i) => (variances[i] = (variances[i] as number) + square * sum));
  }
  const [figures = {}] = await conditioningOf(exact, system, inverse, [temperature]);
  return { dual, figures, onTrain: { means: labels.map((y, i) => y - temperature * (dual[i] as number)), variances } };
}

/** The same numbers on the other backend. */
async function handedOver(from: Backend, to: Backend, matrix: Matrix): Promise<Matrix> {
  return from === to ? from.combine([[1, matrix]]) : to.upload({ rows: matrix.rows, columns: matrix.columns }, await from.read(matrix));
}
