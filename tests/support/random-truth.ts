import type { Activation } from '../../src/lib/base/activation';
import { eliminated, type Rows } from '../unit/backend/naive';
import { denseErrors, inverseForm, physicalRoots, sourceEquation, sourceRoot, type Setting } from './proportional';
import { quadraturePredict, quadratureSource, quadratureTarget, type GridLaw } from './quadrature';
import type { RandomProblem } from './random-problems';
import { conditionalQuadrature } from './tanh-quadrature';
import type { Task } from '../../src/lib/theory/theory';

/** Reference errors of random problems that need no sampling. Computed from lists of rows; of the product's code only φ is used. */
export interface Truth {
  readonly train: number;
  readonly test: number;
}

const rowsOf = (x: Float64Array, dimension: number): number[][] =>
  Array.from({ length: x.length / dimension }, (_, i) => [...x.subarray(i * dimension, (i + 1) * dimension)]);

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** The angle between two vectors, accurate at 0 and π too: the sine comes from the area of the parallelogram. */
const angleOf = (x: readonly number[], z: readonly number[]): number => {
  let area = 0;
  for (let i = 0; i < x.length; i++) for (let j = 0; j < i; j++) area += (x[i]! * z[j]! - x[j]! * z[i]!) ** 2;
  return Math.atan2(Math.sqrt(area), dot(x, z));
};

/** E φφ′ and E φ̇φ̇′ for covariance c, variances a, b and the angle between the two. */
const map = (activation: Activation, c: number, a: number, b: number, angle: number): readonly [kernel: number, slope: number] => {
  switch (activation) {
    case 'linear':
      return [c, 1];
    case 'quadratic':
      return [2 * c * c + (a - 1) * (b - 1), 4 * c];
    case 'relu':
      return [
        (Math.sqrt(a * b) * (Math.sin(angle) + (Math.PI - angle) * Math.cos(angle))) / (2 * Math.PI),
        (Math.PI - angle) / (2 * Math.PI),
      ];
    case 'erf': {
      // (1 + 2a)(1 + 2b) − 4c² without subtracting two large numbers.
      const root = Math.sqrt(1 + 2 * a + 2 * b + 4 * a * b * Math.sin(angle) ** 2);
      return [(2 / Math.PI) * Math.atan2(2 * c, root), 4 / (Math.PI * root)];
    }
    case 'tanh':
      return conditionalQuadrature(a, b, a * b === 0 ? 0 : Math.cos(angle));
  }
};

/** The lazy kernel between two inputs, `theory.md` §1, and the NNGP covariance there. */
const lazyEntry = (
  { activation, depth, kernel }: RandomProblem['parameters'],
  prior: number,
  x: readonly number[],
  z: readonly number[],
): number => {
  const per = 1 / x.length;
  let [c, a, b, angle, tangent] = [dot(x, z) * per, dot(x, x) * per, dot(z, z) * per, angleOf(x, z), dot(x, z) * per];
  for (let layer = 0; layer < depth; layer++) {
    const [value, slope] = map(activation, prior * c, prior * a, prior * b, angle);
    const own = (variance: number): number => map(activation, prior * variance, prior * variance, prior * variance, 0)[0];
    tangent = value + slope * tangent;
    [c, a, b] = [value, own(a), own(b)];
    angle = a * b === 0 ? 0 : Math.acos(Math.max(-1, Math.min(1, c / Math.sqrt(a * b))));
  }
  return kernel === 'ntk' ? tangent : c;
};

/** Errors of a Gaussian process with this kernel; `varies` says whether its variance counts. */
const processErrors = (
  entry: (x: readonly number[], z: readonly number[]) => number,
  { dimension, trainInputs, trainLabels, testInputs, testLabels }: Task,
  temperature: number,
  varies: boolean,
): Truth => {
  const x = rowsOf(trainInputs, dimension);
  const system: Rows = x.map((row, i) => x.map((other, j) => entry(row, other) + (i === j ? temperature : 0)));
  const dual = eliminated(
    system,
    Array.from(trainLabels, (y) => [y]),
  ).map((row) => row[0]!);
  const ridge = (unit: number): number[] =>
    eliminated(
      system,
      x.map((_, i) => [i === unit ? 1 : 0]),
    ).map((row) => row[0]!);
  const error = (rows: readonly number[][], labels: Float64Array, own: boolean): number => {
    const each = rows.map((row, i) => {
      const cross = x.map((other) => entry(row, other));
      // k − k(K + T)⁻¹k of a training row is T − T²(K + T)⁻¹, and its bias T(K + T)⁻¹y, neither of which subtracts large numbers.
      const bias = own ? (temperature * dual[i]!) ** 2 : (dot(cross, dual) - labels[i]!) ** 2;
      if (!varies) return bias;
      if (own) return bias + temperature - temperature ** 2 * ridge(i)[i]!;
      const solved = eliminated(
        system,
        cross.map((value) => [value]),
      ).map((one) => one[0]!);
      return bias + entry(row, row) - dot(cross, solved);
    });
    return each.reduce((sum, value) => sum + value, 0) / each.length;
  };
  return { train: error(x, trainLabels, true), test: error(rowsOf(testInputs, dimension), testLabels, false) };
};

const meanSquareOf = (task: Task): number => task.trainLabels.reduce((sum, y) => sum + y * y, 0) / task.trainLabels.length;

const lazyTruth = ({ parameters, source, target }: RandomProblem): readonly Truth[] | undefined => {
  const { activation, temperature, kernel } = parameters;
  // The quadrature needs as many nodes as the square of the largest pre-activation.
  const tasks = [source, ...(target ? [target.task] : [])];
  const largest = Math.max(...tasks.flatMap(({ trainInputs, testInputs }) => [...trainInputs, ...testInputs].map(Math.abs)));
  if (activation === 'tanh' && largest > 12) return undefined;
  const of = (task: Task, prior: number): Truth =>
    processErrors((x, z) => lazyEntry(parameters, prior, x, z), task, temperature, kernel === 'nngp');
  const kappa = target ? target.delta / (1 + target.delta) : 0;
  const prior = target && kernel === 'nngp' ? 1 / (1 + target.delta) + kappa * kappa : 1;
  return [of(source, 1), ...(target ? [of(target.task, prior)] : [])];
};

const proportionalTruth = ({ parameters, source, target }: RandomProblem): readonly Truth[] | undefined => {
  const { activation, temperature, width } = parameters;
  if (activation !== 'linear' && activation !== 'erf') return undefined;
  const equation = sourceEquation(activation, source, temperature, width);
  const order = sourceRoot(equation);
  if (Math.abs(equation(order)) > 1e-6 * (1 + inverseForm(activation, source) / width)) return undefined;
  const entry = (x: readonly number[], z: readonly number[]): number =>
    order * lazyEntry({ ...parameters, depth: 1, kernel: 'nngp' }, 1, x, z);
  const first = processErrors(entry, source, temperature, true);
  if (!target) return [first];
  const setting: Setting = {
    phi: activation,
    source,
    target: target.task,
    sourceTemperature: temperature,
    temperature,
    width,
    delta: target.delta,
    order,
  };
  const roots = physicalRoots(setting);
  // Several branches, or none that Newton's method finds: there is no reference.
  const found = roots.map((root) => denseErrors(setting, root));
  const [one] = found;
  if (!one || found.some(({ test }) => Math.abs(test - one.test) > 1e-6 * one.test)) return [first];
  return [first, one];
};

/** Bayes over at most two inputs, by a grid that resolves every feature. */
const planeTruth = ({ parameters, source, target }: RandomProblem): readonly Truth[] | undefined => {
  const { dimension } = source;
  if (dimension > 2) return undefined;
  const pairsOf = (x: Float64Array): (readonly [number, number])[] =>
    rowsOf(x, dimension).map((row) => (dimension === 1 ? [Math.SQRT2 * row[0]!, 0] : [row[0]!, row[1]!]));
  const tasks = [source, ...(target ? [target.task] : [])];
  const steepest = Math.max(...tasks.flatMap(({ trainInputs }) => pairsOf(trainInputs).map((x) => Math.hypot(...x) / Math.SQRT2)));
  const grid = { halfWidth: 14, points: 2 * Math.ceil(14 / Math.min(0.2, 0.5 / steepest)) + 1 };
  if (grid.points > 301) return undefined;
  const { activation, gamma, temperature } = parameters;
  const problem = (task: Task) => ({ activation, inputs: pairsOf(task.trainInputs), labels: [...task.trainLabels], gamma, temperature });
  const errorsOf = (law: GridLaw, task: Task): Truth => {
    const error = (x: Float64Array, labels: Float64Array): number =>
      quadraturePredict(law, pairsOf(x)).reduce((sum, f, i) => sum + (f - labels[i]!) ** 2, 0) / labels.length;
    return { train: error(task.trainInputs, task.trainLabels), test: error(task.testInputs, task.testLabels) };
  };
  const n = grid.points;
  /** Whether there is mass at the edge: the grid is too small. */
  const cut = ({ density }: GridLaw): boolean =>
    density.reduce((sum, mass, i) => {
      const [row, column] = [Math.floor(i / n), i % n];
      return Math.min(row, column, n - 1 - row, n - 1 - column) < 2 ? sum + mass : sum;
    }, 0) > 1e-7;
  try {
    const law = quadratureSource(problem(source), grid);
    if (cut(law)) return undefined;
    const first = errorsOf(law, source);
    if (!target || target.delta > 10 || n > 141) return [first];
    const second = quadratureTarget(problem(target.task), target.delta, law);
    return cut(second) ? [first] : [first, errorsOf(second, target.task)];
  } catch {
    // Newton's method did not converge.
    return undefined;
  }
};

/** References of the source, and of the target where there is one and it can be computed; undefined where only long runs give one. */
export const truthOf = (problem: RandomProblem): readonly Truth[] | undefined => {
  switch (problem.theory) {
    case 'lazy':
      return lazyTruth(problem);
    case 'proportional':
      return proportionalTruth(problem);
    case 'bayes':
      return planeTruth(problem);
    case 'flow':
      return undefined;
  }
};

/** Errors below this count as zero. */
export const floorOf = (task: Task): number => 1e-4 * meanSquareOf(task);
