import type { Task } from '$lib/theory/theory';
import { at, eliminated, multiplied, rowsOf, transposed, type Rows } from '../unit/backend/naive';

/** `theory.md` §4 written out as it stands there, on lists of rows, with a solver of its own. */

const scaled = (a: Rows, factor: number): Rows => a.map((row) => row.map((x) => factor * x));
const added = (...terms: Rows[]): Rows =>
  (terms[0] as Rows).map((row, i) => row.map((_, j) => terms.reduce((sum, term) => sum + at(term, i, j), 0)));
const identity = (n: number, value: number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? value : 0)));
const trace = (a: Rows): number => a.reduce((sum, _, i) => sum + at(a, i, i), 0);
const columnOf = (v: ArrayLike<number>): Rows => Array.from(v, (x) => [x]);
const single = (a: Rows): number => at(a, 0, 0);
const form = (a: Rows, v: Rows): number => single(multiplied(transposed(v), multiplied(a, v)));

type Phi = 'linear' | 'erf';
const kernelOf = (phi: Phi, x: Rows, z: Rows, covariance: number, ofX: number, ofZ: number): Rows => {
  const length = (row: number[]): number => row.reduce((sum, value) => sum + value * value, 0) / row.length;
  return x.map((row) =>
    z.map((other) => {
      const c = (covariance * row.reduce((sum, value, k) => sum + value * (other[k] as number), 0)) / row.length;
      if (phi === 'linear') return c;
      return (2 / Math.PI) * Math.asin((2 * c) / Math.sqrt((1 + 2 * ofX * length(row)) * (1 + 2 * ofZ * length(other))));
    }),
  );
};

export const trainRows = (task: Task): Rows => rowsOf(task.trainInputs, task.trainLabels.length, task.dimension);
const testRows = (task: Task): Rows => rowsOf(task.testInputs, task.testLabels.length, task.dimension);

const inverseOf = (a: Rows): Rows => eliminated(a, identity(a.length, 1));

/** The left side of the source's equation. */
export const sourceEquation = (phi: Phi, task: Task, temperature: number, width: number) => {
  const x = trainRows(task);
  const k = kernelOf(phi, x, x, 1, 1, 1);
  const y = columnOf(task.trainLabels);
  return (q: number): number => {
    const inverse = inverseOf(added(identity(x.length, temperature), scaled(k, q)));
    return 1 - 1 / q + trace(multiplied(k, inverse)) / width - form(k, multiplied(inverse, y)) / width;
  };
};

/** yᵀK⁻¹y. */
export const inverseForm = (phi: Phi, task: Task): number => {
  const x = trainRows(task);
  return form(inverseOf(kernelOf(phi, x, x, 1, 1, 1)), columnOf(task.trainLabels));
};

/** Its root by bisection between two sides of it. */
export const sourceRoot = (equation: (q: number) => number): number => {
  let [low, high] = [1e-3, 1e3];
  for (let i = 0; i < 70; i++) {
    const middle = Math.sqrt(low * high);
    if (equation(middle) > 0) high = middle;
    else low = middle;
  }
  return Math.sqrt(low * high);
};

export interface Setting {
  readonly phi: Phi;
  readonly source: Task;
  readonly target: Task;
  readonly sourceTemperature: number;
  readonly temperature: number;
  readonly width: number;
  readonly delta: number;
  /** Q̂_s. */
  readonly order: number;
}

type Orders = readonly [same: number, other: number, cross: number];

/** Everything of one target that does not depend on its order parameters. */
const constants = ({ phi, source, target, sourceTemperature, delta, order }: Setting) => {
  const kappa = delta / (1 + delta);
  const rho = 1 / (1 + delta) + kappa * kappa;
  const xs = trainRows(source);
  const xt = trainRows(target);
  const between = (x: Rows, z: Rows) => ({
    same: kernelOf(phi, x, z, rho, rho, rho),
    other: kernelOf(phi, x, z, kappa * kappa, rho, rho),
  });
  const cross = (x: Rows): Rows => kernelOf(phi, x, xs, kappa, rho, 1);
  const inverse = inverseOf(added(identity(xs.length, sourceTemperature), scaled(kernelOf(phi, xs, xs, 1, 1, 1), order)));
  return { xt, between, cross, inverse, dual: multiplied(inverse, columnOf(source.trainLabels)), y: columnOf(target.trainLabels) };
};

type Constants = ReturnType<typeof constants>;

const atOrders = (c: Constants, temperature: number, [same, other, cross]: Orders) => {
  const { same: kd, other: ko } = c.between(c.xt, c.xt);
  const kts = c.cross(c.xt);
  const inverse = inverseOf(added(identity(kd.length, temperature), scaled(kd, same), scaled(ko, -other)));
  const b = scaled(kts, cross);
  const fromSource = multiplied(b, multiplied(c.inverse, transposed(b)));
  const g = added(scaled(ko, other), scaled(fromSource, -1));
  const alpha = multiplied(inverse, added(c.y, scaled(multiplied(b, c.dual), -1)));
  return { kd, ko, kts, b, inverse, alpha, sandwiched: multiplied(inverse, multiplied(g, inverse)) };
};

/** What the three equations for (Q̂_d, Q̂_o, R̂) leave over. */
const targetEquations = (setting: Setting) => {
  const c = constants(setting);
  const { width, order, temperature } = setting;
  return (orders: Orders): [number, number, number] => {
    const [same, other, cross] = orders;
    const { kd, ko, kts, b, inverse, alpha, sandwiched } = atOrders(c, temperature, orders);
    const qd = (trace(multiplied(inverse, kd)) - trace(multiplied(sandwiched, kd)) - form(kd, alpha)) / width;
    const qo = -(trace(multiplied(sandwiched, ko)) + form(ko, alpha)) / width;
    const r =
      -(
        trace(multiplied(inverse, multiplied(kts, multiplied(c.inverse, transposed(b))))) +
        single(multiplied(transposed(alpha), multiplied(kts, c.dual)))
      ) / width;
    const level = 1 + qd - qo;
    return [same - other - 1 / level, other + (qo - r * r * order) / level ** 2, cross + (r * order) / level];
  };
};

/** Newton on all three with slopes by differences from one start; undefined where it does not converge. */
const newton = (equations: (orders: Orders) => [number, number, number], start: Orders): Orders | undefined => {
  const size = (v: readonly number[]): number => Math.max(...v.map(Math.abs));
  let x: Orders = start;
  let left = equations(x);
  for (let step = 0; step < 60; step++) {
    if (size(left) < 2e-13) return x;
    const slopes = transposed(
      [0, 1, 2].map((axis) => {
        const h = 1e-6 * Math.max(0.1, Math.abs(x[axis] as number));
        const moved = equations(x.map((value, i) => value + (i === axis ? h : 0)) as unknown as Orders);
        return moved.map((value, i) => (value - (left[i] as number)) / h);
      }),
    );
    const direction = eliminated(slopes, columnOf(left)).map((row) => row[0] as number);
    let scale = 1;
    for (; scale > 1e-4; scale /= 2) {
      const trial = x.map((value, i) => value - scale * (direction[i] as number)) as unknown as Orders;
      const found = equations(trial);
      if (size(found) < size(left)) {
        x = trial;
        left = found;
        break;
      }
    }
    // No better place: at the bottom of rounding, or stuck.
    if (scale <= 1e-4) return size(left) < 1e-11 ? x : undefined;
  }
  return undefined;
};

/** Mean predictor and variance at given inputs. */
const predictions = (setting: Setting, orders: Orders, x: Rows) => {
  const c = constants(setting);
  const [same, other, cross] = orders;
  const { b, inverse, alpha, sandwiched } = atOrders(c, setting.temperature, orders);
  return x.map((row) => {
    const { same: kd, other: ko } = c.between([row], c.xt);
    const ks = c.cross([row]);
    const mean = cross * single(multiplied(ks, c.dual)) + single(multiplied(added(scaled(kd, same), scaled(ko, -other)), alpha));
    const carried = scaled(multiplied(ks, multiplied(c.inverse, transposed(b))), -cross);
    const d = transposed(added(scaled(kd, same), carried));
    const o = transposed(added(scaled(ko, other), carried));
    const variance =
      same * single(c.between([row], [row]).same) -
      cross * cross * form(c.inverse, transposed(ks)) -
      form(inverse, d) +
      form(inverse, o) +
      form(sandwiched, added(d, scaled(o, -1)));
    return { mean, variance };
  });
};

/** The five figures. */
export const denseErrors = (setting: Setting, orders: Orders) => {
  const { target } = setting;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const figures = (x: Rows, labels: Float64Array) => {
    const found = predictions(setting, orders, x);
    return {
      bias: mean(found.map((f, i) => (f.mean - (labels[i] as number)) ** 2)),
      variance: mean(found.map((f) => f.variance)),
      least: Math.min(...found.map((f) => f.variance)),
      classification: mean(found.map((f, i) => (Math.sign(f.mean) === Math.sign(labels[i] as number) ? 0 : 1))),
    };
  };
  const train = figures(trainRows(target), target.trainLabels);
  const { bias, variance, classification, least } = figures(testRows(target), target.testLabels);
  return { train: train.bias + train.variance, test: bias + variance, bias, variance, classification, least: Math.min(least, train.least) };
};

const starts: readonly Orders[] = [
  [1, 0, 0],
  [2, 0.5, 0.3],
  [0.5, 0.1, -0.1],
  [1.5, 1, 0.8],
];

/** The roots to which Newton comes from several starts, of those where the overlap and every variance are positive. */
export const physicalRoots = (setting: Setting): readonly Orders[] => {
  const equations = targetEquations(setting);
  return starts
    .map((start) => newton(equations, start))
    .filter((root): root is Orders => root !== undefined && root[0] > root[1] && root[1] >= 0 && denseErrors(setting, root).least > 0);
};
