import { gramOf } from '../../src/lib/theory/bayes/deep/target/gram';
import { combined, mapped, ridgeSolve, trace } from '../../src/lib/theory/bayes/deep/target/small';
import type { Task } from '../../src/lib/theory/theory';

/** Points of log C at which the law of C is known, and the first and last of each log s. */
const points = 400;
const [first, last] = [-2, 2];

/**
 * The training error of Bayesian linear networks of two hidden layers of N neurons, exact for every N. Given what the weights above make of it, each layer only
 * multiplies: f on the training examples is N(0, C G/(γ²N)) with C = s₁s₂, N s_l ~ χ²_N. With Y = γ√N y of noise T, y and C have the joint law
 * N(Y; 0, CG + T) p(C), and given C f is Gaussian: the rest is one sum over log C.
 */
export function finiteLinearError(
  { trainInputs, trainLabels, dimension }: Task,
  gamma: number,
  temperature: number,
  width: number,
): number {
  const n = trainLabels.length;
  const gram = gramOf(trainInputs, trainInputs, dimension);
  const step = (last - first) / (points - 1);
  const one = Array.from({ length: points }, (_, i) => first + step * i).map((t) => Math.exp((width / 2) * (t + 1 - Math.exp(t))));
  const square = gamma * gamma * width;
  let [weights, errors] = [0, 0];
  const fits = Array.from({ length: 2 * points - 1 }, (_, k) => {
    const scaled = combined([Math.exp(2 * first + step * k), gram]);
    const dual = ridgeSolve(scaled, temperature, trainLabels);
    const misfit = trainLabels.reduce((sum, y, p) => sum + y * dual[p]!, 0);
    const volume = trace(
      mapped(scaled, n, (value) => Math.log(value + temperature)),
      n,
    );
    const scatter = trace(
      mapped(scaled, n, (value) => (temperature * value) / (value + temperature)),
      n,
    );
    const error = (dual.reduce((sum, value) => sum + (temperature * value) ** 2, 0) + scatter / square) / n;
    let prior = 0;
    for (let i = Math.max(0, k - points + 1); i <= Math.min(k, points - 1); i++) prior += one[i]! * one[k - i]!;
    return { log: Math.log(prior) - 0.5 * (square * misfit + volume), error };
  });
  const most = Math.max(...fits.map(({ log }) => log));
  for (const { log, error } of fits) {
    const weight = Math.exp(log - most);
    weights += weight;
    errors += weight * error;
  }
  return errors / weights;
}
