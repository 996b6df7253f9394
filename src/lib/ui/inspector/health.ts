import type { FieldValues } from '$lib/worker/protocol';
import { formatDuration, formatNumber } from '../format';

/** A figure of numerical health for people. */
export interface Figure {
  readonly label: string;
  readonly text: string;
  readonly meaning: string;
}

interface Description {
  readonly label: string;
  readonly meaning: string;
  readonly show?: (value: number) => string;
}

const percent = (value: number): string => `${formatNumber(100 * value, 2)} %`;

const known: Readonly<Record<string, Description>> = {
  residual: {
    label: 'self-consistency residual',
    meaning: 'how far the solution is from satisfying its own equations, relative',
    show: (value) => formatNumber(value, 2),
  },
  condition: {
    label: 'condition number',
    meaning: 'largest over smallest eigenvalue of the matrix that was solved with',
    show: (value) => formatNumber(value, 2),
  },
  backwardError: {
    label: 'backward error',
    meaning: 'residual of the linear system over the sizes of matrix and solution; 1e-16 is double precision',
    show: (value) => formatNumber(value, 2),
  },
  refinements: { label: 'refinements', meaning: 'corrections in double precision that the solution of the linear system took' },
  entries: {
    label: 'error by entries',
    meaning: 'what the rounding of the kernel’s entries may change predictions by, relative to the labels',
    show: (value) => formatNumber(value, 2),
  },
  virial: {
    label: 'virial ratio',
    meaning: 'should be 1: the particles sample the distribution they should',
    show: (value) => formatNumber(value, 3),
  },
  conjugates: {
    label: 'two forms of the conjugates',
    meaning:
      'of deep targets, and of deep sources by Metropolis steps, what gradients and moments of the particles differ by, as a share of its bound: above 1 they have not settled',
    show: (value) => formatNumber(value, 2),
  },
  scatter: {
    label: 'scatter over draws',
    meaning:
      'of deep targets, standard error of the predictor over parts of the run, relative to the labels on training and to the predictions on test examples',
    show: percent,
  },
  memory: {
    label: 'memory of the last draw',
    meaning:
      'of deep targets, correlation of features with those before a draw of the disorder where counting begins: above 15 % the particles have not settled',
    show: percent,
  },
  balance: {
    label: 'energy balance',
    meaning: 'energy lost over what the speed of the gradient flow accounts for; should be 1',
    show: (value) => formatNumber(value, 4),
  },
  unrest: {
    label: 'distance from rest',
    meaning: 'of a flow with weight decay, |λf − ΦΔ| over λ|y|: 0 where the readout has come to rest',
    show: (value) => formatNumber(value, 2),
  },
  imbalance: {
    label: 'both layers from rest',
    meaning: 'of a flow with weight decay, |f − K(K + 2λ)⁻¹y| over |y|: 0 where what the two layers learn together has come to rest',
    show: (value) => formatNumber(value, 2),
  },
  acceptance: { label: 'acceptance', meaning: 'share of sampling steps that were accepted', show: percent },
  stderr: { label: 'standard error', meaning: 'Monte-Carlo error of the test error', show: (value) => formatNumber(value, 2) },
  particles: { label: 'particles', meaning: 'samples of a neuron that represent the infinite network' },
  effectiveDimension: {
    label: 'effective dimension',
    meaning: 'tr Φ(Φ + T)⁻¹: how many directions of the kernel the temperature leaves free',
  },
  networks: { label: 'networks', meaning: 'finite networks at each point' },
  step: {
    label: 'shortest step',
    meaning: 'of gradient descent; set by the largest curvature unless given',
    show: (value) => formatNumber(value, 2),
  },
  curvature: { label: 'largest curvature', meaning: 'of the loss along training: largest eigenvalue of the tangent kernel' },
  effectiveSamples: {
    label: 'effective samples',
    meaning: 'independent samples that those of the worst network are worth',
    show: (value) => formatNumber(value, 2),
  },
  rhat: {
    label: 'R̂ of the chains',
    meaning: 'how far the two halves of the sampled chains differ: 1 where they mix, a warning above 1.3',
    show: (value) => formatNumber(value, 3),
  },
  steps: { label: 'steps', meaning: 'steps of the solver or sampler' },
  nodes: {
    label: 'nodes',
    meaning: 'of the quadrature over the few directions of the training inputs: the law was integrated, not simulated',
  },
  iterations: { label: 'iterations', meaning: 'steps of the outer solver' },
  jitter: {
    label: 'jitter',
    meaning: 'what was added to the diagonal so that the matrix could be factored',
    show: (value) => formatNumber(value, 2),
  },
  milliseconds: { label: 'time', meaning: 'from start to result', show: formatDuration },
};

const spelled = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();

/** Diagnostics under the names people know; of a figure over a sweep, its range. */
export const healthFigures = (diagnostics: Readonly<Record<string, FieldValues>>): readonly Figure[] =>
  Object.entries(diagnostics).map(([name, value]) => {
    const description = Object.hasOwn(known, name) ? known[name] : undefined;
    const show = (one: unknown): string => (typeof one === 'number' ? (description?.show ?? formatNumber)(one) : String(one));
    const numbers = Array.isArray(value) ? value.filter((one): one is number => typeof one === 'number') : [];
    const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)];
    const range = least === greatest ? show(least) : `${show(least)} … ${show(greatest)}`;
    const text = !Array.isArray(value) ? show(value) : numbers.length > 0 ? range : `${value.length} values`;
    return { label: description?.label ?? spelled(name), text, meaning: description?.meaning ?? '' };
  });
