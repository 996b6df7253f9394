import type { Activation } from '../../src/lib/base/activation';
import type { SourceParameters, Task } from '../../src/lib/theory/theory';
import { bayesParameters, normals } from './task';

const problemTheories = ['lazy', 'bayes', 'flow', 'proportional'] as const;

/** A small problem drawn at random, of sizes and scales that a person may meet. */
export interface RandomProblem {
  readonly index: number;
  readonly theory: (typeof problemTheories)[number];
  readonly parameters: SourceParameters;
  readonly source: Task;
  /** The second task with its coupling; about half of the problems have one. */
  readonly target?: { readonly task: Task; readonly delta: number };
}

const activationsOf: Readonly<Record<RandomProblem['theory'], readonly Activation[]>> = {
  lazy: ['linear', 'relu', 'erf', 'tanh', 'quadratic'],
  bayes: ['linear', 'relu', 'erf', 'tanh'],
  flow: ['linear', 'relu', 'erf', 'tanh'],
  proportional: ['linear', 'erf'],
};

const tests = 20;

/** Numbers in (0, 1) that have nothing to do with those of other seeds (splitmix32). */
const mixed = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (((z ^ (z >>> 15)) >>> 0) + 0.5) / 2 ** 32;
  };
};

/** Problem `index` of an endless list: γ 0.05–5, T 10⁻³–1, labels of scale 0.1–10, P 2–12, D 1–8, inputs of scale 10⁻²–10², δ 0.01–1000. */
export const randomProblem = (index: number): RandomProblem => {
  const uniform = mixed(Math.imul(index + 1, 0x85ebca6b));
  const between = (low: number, high: number): number => low * (high / low) ** uniform();
  const whole = (low: number, high: number): number => low + Math.floor((high - low + 1) * uniform());
  const theory = problemTheories[index % problemTheories.length]!;
  const names = activationsOf[theory];
  const activation = names[whole(0, names.length - 1)]!;
  const dimension = whole(1, 8);
  const labelScale = between(0.1, 10);
  const inputScale = between(0.01, 100);
  const task = (seed: number): Task => {
    const normal = normals(seed);
    const teacher = Array.from({ length: dimension }, normal);
    const curved = uniform() < 0.5;
    const rows = (count: number): number[][] => Array.from({ length: count }, () => Array.from({ length: dimension }, normal));
    const label = (x: readonly number[]): number => {
      const field = x.reduce((sum, value, k) => sum + value * teacher[k]!, 0) / Math.sqrt(dimension);
      return labelScale * (curved ? Math.tanh(1.5 * field) + 0.2 * (x[0]! ** 2 - 1) : field);
    };
    const [train, test] = [rows(whole(2, 12)), rows(tests)];
    return {
      dimension,
      trainInputs: Float64Array.from(train.flat(), (value) => inputScale * value),
      trainLabels: Float64Array.from(train, label),
      testInputs: Float64Array.from(test.flat(), (value) => inputScale * value),
      testLabels: Float64Array.from(test, label),
    };
  };
  const parameters: SourceParameters = {
    ...bayesParameters,
    activation,
    gamma: between(0.05, 5),
    temperature: between(1e-3, 1),
    depth: theory === 'lazy' ? whole(1, 3) : 1,
    kernel: uniform() < 0.5 ? 'nngp' : 'ntk',
    width: whole(20, 200),
  };
  const source = task(1000 + 2 * index);
  const coupled = uniform() < 0.5;
  const second = task(1001 + 2 * index);
  return { index, theory, parameters, source, ...(coupled && { target: { task: second, delta: between(0.01, 1000) } }) };
};

/** In words, for tables. */
export const describeProblem = ({ index, theory, parameters, source, target }: RandomProblem): string => {
  const { activation, gamma, temperature, depth, kernel } = parameters;
  const round = (value: number): string => String(Number(value.toPrecision(3)));
  const rms = (values: Float64Array): string => round(Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length));
  const which = theory === 'lazy' ? ` ${kernel} depth ${depth}` : ` gamma ${round(gamma)}`;
  const coupled = target ? ` target P ${target.task.trainLabels.length} delta ${round(target.delta)}` : '';
  return (
    `${index} ${theory} ${activation}${which} T ${round(temperature)} P ${source.trainLabels.length} D ${source.dimension} ` +
    `|x| ${rms(source.trainInputs)} |y| ${rms(source.trainLabels)}${coupled}`
  );
};
