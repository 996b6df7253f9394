import type { JitterPolicy } from '$lib/backend/systems/jitter';
import type { TargetPoint } from '$lib/theory/theory';
import { inBatches } from '../batches';
import { defineKind } from '../cell-kind';
import { kernelArrays, kernelValues, kernelView } from '../kernel-value';
import { number, oneOf, optional, truth } from '../parameter';
import { theoryOf } from '../theories';
import { valueOf, type CouplingValue, type DatasetValue, type KernelValue } from '../values';

interface Point {
  readonly coupling: CouplingValue;
  readonly data: DatasetValue;
  readonly gamma: number | undefined;
  readonly temperature: number | undefined;
  readonly time: number | undefined;
  readonly step: number | undefined;
  readonly weight_decay: number | undefined;
  readonly trained: 'all' | 'readout';
  readonly centred: boolean;
  readonly jitter: JitterPolicy | undefined;
}

/** What was not said is as it was for the source. */
const targetPoint = ({ coupling: { source, delta, readout }, data, trained, centred, ...own }: Point): TargetPoint => ({
  source: source.kernel,
  delta,
  readout,
  trained,
  centred,
  task: data.data,
  parameters: {
    ...source.kernel.parameters,
    gamma: own.gamma ?? source.kernel.parameters.gamma,
    temperature: own.temperature ?? source.kernel.parameters.temperature,
    time: own.time ?? source.kernel.parameters.time,
    step: own.step ?? source.kernel.parameters.step,
    weightDecay: own.weight_decay ?? source.kernel.parameters.weightDecay,
    jitter: own.jitter ?? source.kernel.parameters.jitter ?? 'off',
  },
});

/** The kernel of the second task, its weights tied to the first's: `theory.md` §2. */
export const targetKernel = defineKind({
  name: 'target_kernel',
  version: 1,
  purpose: 'theory',
  meaning: 'the kernel of a network trained on a second task, its weights tied to the first',
  example: 'target_kernel(link, target)',
  makes: 'target kernel',
  recipes: [{ name: 'post', formula: 'target_kernel(link, target)' }],
  equations: [
    String.raw`p_t(w\mid\bar w) \propto \exp\!\Big(-\tfrac12|w|^2 - \tfrac{\delta}{2}|w-\bar w|^2 + \tfrac12\gamma_t^2\big(\textstyle\sum_\mu \Delta_\mu\,\phi(h_\mu(w))\big)^2\Big)`,
    String.raw`\Phi_t = \mathbb{E}_{\bar w}\langle \phi\phi^\top\rangle_{p_t(\cdot\mid\bar w)}, \qquad (\Phi_t + T_t I)\,\Delta = y_t, \qquad f_t(x) = \Phi_t(x, X_t)\,\Delta`,
  ],
  positional: ['coupling', 'data'],
  parameters: {
    coupling: valueOf(['coupling'], 'the tie to the source'),
    data: valueOf(['dataset'], 'the target task'),
    gamma: optional(number({ min: 0, meaning: 'richness γ of the target; 0 is its lazy end (bayes and flow)' }), 'the source’s'),
    temperature: optional(number({ min: 0, meaning: 'T of the target, the ridge' }), 'the source’s'),
    time: optional(number({ above: 0, meaning: 'flow only: how long the gradient flow runs' }), 'the source’s'),
    step: optional(number({ above: 0, meaning: 'flow only: longest step in time' }), 'the source’s'),
    weight_decay: optional(number({ min: 0, meaning: 'flow only: λ, decay of all weights' }), 'the source’s'),
    trained: oneOf(['all', 'readout'], {
      meaning: 'flow only: what is trained; the readout alone is δ → ∞, features frozen',
      fallback: 'all',
    }),
    centred: truth({ meaning: 'flow only: the output at the start is subtracted', fallback: true }),
    jitter: optional(
      oneOf(['off', 'auto'], { meaning: 'auto: what a matrix that is not positive definite needs is added' }),
      'the source’s',
    ),
  },
  graded: true,
  bytes: (value: KernelValue) => value.kernel.bytes,
  dispose: (value: KernelValue) => {
    value.kernel[Symbol.dispose]();
  },
  compute: (points, context) =>
    inBatches(
      points,
      ({ coupling: { source: a } }, { coupling: { source: b } }) => a.kernel.theory === b.kernel.theory && a.backend === b.backend,
      async ({ coupling: { source } }, batch) => {
        const kernels = await theoryOf(source.kernel).target(source.backend, batch.map(targetPoint), context);
        return kernelValues('target kernel', kernels, batch, source.backend);
      },
    ),
  view: kernelView,
  arrays: kernelArrays,
});
