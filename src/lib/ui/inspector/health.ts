import type { FieldValues } from '$lib/worker/protocol';
import { formatDuration, formatNumber } from '../format';

/** A figure of numerical health for people. */
export interface Figure {
  readonly label: string;
  readonly text: string;
  readonly meaning: string;
}

/** Its label, its meaning, and how its value is written: as `formatNumber` does when not given. */
type Description = readonly [label: string, meaning: string, show?: (value: number) => string];

const percent = (value: number): string => `${formatNumber(100 * value, 2)} %`;
const digits =
  (count: number) =>
  (value: number): string =>
    formatNumber(value, count);

const known: Readonly<Record<string, Description>> = {
  residual: ['self-consistency residual', 'how far the solution is from satisfying its own equations, relative', digits(2)],
  condition: ['condition number', 'largest over smallest eigenvalue of the matrix that was solved with', digits(2)],
  backwardError: [
    'backward error',
    'residual of the linear system over the sizes of matrix and solution; 1e-16 is double precision',
    digits(2),
  ],
  refinements: ['refinements', 'corrections in double precision that the solution of the linear system took'],
  entries: ['error by entries', 'what the rounding of the kernel’s entries may change predictions by, relative to the labels', digits(2)],
  virial: ['virial ratio', 'should be 1: the particles sample the distribution they should', digits(3)],
  conjugates: [
    'two forms of the conjugates',
    'of deep targets, and of deep sources by Metropolis steps, what gradients and moments of the particles differ by, as a share of its bound: above 1 they have not settled',
    digits(2),
  ],
  scatter: [
    'scatter over draws',
    'of deep targets, standard error of the predictor over parts of the run, relative to the labels on training and to the predictions on test examples',
    percent,
  ],
  memory: [
    'memory of the last draw',
    'of deep targets, correlation of features with those before a draw of the disorder where counting begins: above 15 % the particles have not settled',
    percent,
  ],
  balance: ['energy balance', 'energy lost over what the speed of the gradient flow accounts for; should be 1', digits(4)],
  unrest: ['distance from rest', 'of a flow with weight decay, |λf − ΦΔ| over λ|y|: 0 where the readout has come to rest', digits(2)],
  imbalance: [
    'both layers from rest',
    'of a flow with weight decay, |f − K(K + 2λ)⁻¹y| over |y|: 0 where what the two layers learn together has come to rest',
    digits(2),
  ],
  acceptance: ['acceptance', 'share of sampling steps that were accepted', percent],
  stderr: ['standard error', 'Monte-Carlo error of the test error', digits(2)],
  particles: ['particles', 'samples of a neuron that represent the infinite network'],
  effectiveDimension: ['effective dimension', 'tr Φ(Φ + T)⁻¹: how many directions of the kernel the temperature leaves free'],
  networks: ['networks', 'finite networks at each point'],
  step: ['shortest step', 'of gradient descent; set by the largest curvature unless given', digits(2)],
  curvature: ['largest curvature', 'of the loss along training: largest eigenvalue of the tangent kernel'],
  effectiveSamples: ['effective samples', 'independent samples that those of the worst network are worth', digits(2)],
  rhat: ['R̂ of the chains', 'how far the two halves of the sampled chains differ: 1 where they mix, a warning above 1.3', digits(3)],
  steps: ['steps', 'steps of the solver or sampler'],
  nodes: ['nodes', 'of the quadrature over the few directions of the training inputs: the law was integrated, not simulated'],
  iterations: ['iterations', 'steps of the outer solver'],
  jitter: ['jitter', 'what was added to the diagonal so that the matrix could be factored', digits(2)],
  milliseconds: ['time', 'from start to result', formatDuration],
};

const spelled = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();

/** Diagnostics under the names people know; of a figure over a sweep, its range. */
export const healthFigures = (diagnostics: Readonly<Record<string, FieldValues>>): readonly Figure[] =>
  Object.entries(diagnostics).map(([name, value]) => {
    const [label = spelled(name), meaning = '', write = formatNumber] = Object.hasOwn(known, name) ? known[name]! : [];
    const show = (one: unknown): string => (typeof one === 'number' ? write(one) : String(one));
    const numbers = Array.isArray(value) ? value.filter((one): one is number => typeof one === 'number') : [];
    const [least, greatest] = [Math.min(...numbers), Math.max(...numbers)];
    const range = least === greatest ? show(least) : `${show(least)} … ${show(greatest)}`;
    const text = !Array.isArray(value) ? show(value) : numbers.length > 0 ? range : `${value.length} values`;
    return { label, text, meaning };
  });
