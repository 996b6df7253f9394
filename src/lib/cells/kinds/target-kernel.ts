import type { JitterPolicy } from '$lib/backend/systems/jitter';
import type { TargetPoint } from '$lib/theory/theory';
import { inBatches } from '../batches';
import { defineKind } from '../cell-kind';
import { kernelArrays, kernelValues, kernelView } from '../kernel-value';
import { number, oneOf, optional } from '../parameter';
import { theoryOf } from '../theories';
import { valueOf, type CouplingValue, type DatasetValue, type KernelValue } from '../values';

interface Point {
  readonly coupling: CouplingValue;
  readonly data: DatasetValue;
  readonly gamma: number | undefined;
  readonly temperature: number | undefined;
  readonly jitter: JitterPolicy | undefined;
}

/** What was not said is as it was for the source. */
const targetPoint = ({ coupling: { source, delta }, data, gamma, temperature, jitter }: Point): TargetPoint => ({
  source: source.kernel,
  delta,
  task: data.data,
  parameters: {
    ...source.kernel.parameters,
    gamma: gamma ?? source.kernel.parameters.gamma,
    temperature: temperature ?? source.kernel.parameters.temperature,
    jitter: jitter ?? source.kernel.parameters.jitter ?? 'off',
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
    gamma: optional(number({ min: 0, meaning: 'richness γ of the target' }), 'the source’s'),
    temperature: optional(number({ min: 0, meaning: 'T of the target, the ridge' }), 'the source’s'),
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
