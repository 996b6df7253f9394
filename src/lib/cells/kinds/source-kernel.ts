import { activations } from '$lib/base/activation';
import { defineKind } from '../cell-kind';
import { integer, number, oneOf, optional } from '../parameter';
import { theories, theoryNames } from '../theories';
import { valueOf, type KernelValue } from '../values';
import { inBatches } from '../batches';
import { kernelArrays, kernelValues, kernelView } from '../kernel-value';

/** The kernel that a first task shapes: `theory.md` §1–2. */
export const sourceKernel = defineKind({
  name: 'source_kernel',
  version: 1,
  purpose: 'theory',
  meaning: 'the kernel of a wide network trained on a first task',
  example: 'source_kernel(source, theory: "bayes", activation: "erf", gamma: 2, temperature: 0.05)',
  makes: 'source kernel',
  recipes: [{ name: 'pre', formula: 'source_kernel(source, theory: "bayes", activation: "erf", gamma: gamma, temperature: 0.05)' }],
  equations: [
    String.raw`p_s(w) \propto \exp\!\Big(-\tfrac12|w|^2 + \tfrac12\gamma_s^2\big(\textstyle\sum_\mu \Delta_\mu\,\phi(h_\mu(w))\big)^2\Big)`,
    String.raw`\Phi_s = \langle \phi\phi^\top \rangle_{p_s}, \qquad (\Phi_s + T I)\,\Delta = y, \qquad f(x) = \Phi_s(x, X_s)\,\Delta`,
    String.raw`\text{flow:}\quad \dot w = \gamma \textstyle\sum_\mu \Delta_\mu\, v\,\phi'(h_\mu)\,\tfrac{x_\mu}{\sqrt D} - \lambda w, \quad \dot v = \gamma \textstyle\sum_\mu \Delta_\mu\,\phi(h_\mu) - \lambda v, \quad f = \tfrac1\gamma\langle v\,\phi(h)\rangle, \quad \Delta = y - f`,
  ],
  positional: ['data'],
  parameters: {
    data: valueOf(['dataset'], 'the source task'),
    theory: oneOf(theoryNames, {
      meaning: 'lazy, Bayesian or by gradient flow at infinite width with feature learning, or width in proportion to the examples',
      fallback: 'bayes',
    }),
    activation: oneOf(activations, { meaning: 'φ', fallback: 'erf' }),
    gamma: number({ above: 0, meaning: 'richness γ: towards 0 it is lazy', fallback: 1 }),
    temperature: number({ min: 0, meaning: 'T, the ridge', fallback: 0.05 }),
    depth: integer({ min: 1, max: 32, meaning: 'hidden layers: lazy any number, bayes up to four, proportional one', fallback: 1 }),
    width: integer({ min: 1, meaning: 'proportional only: hidden width N', fallback: 300 }),
    kernel: oneOf(['nngp', 'ntk'], { meaning: 'lazy only: Gaussian process, or tangent kernel', fallback: 'nngp' }),
    particles: integer({ min: 16, max: 1_048_576, meaning: 'bayes and flow: neurons sampled', fallback: 512 }),
    solver: oneOf(['auto', 'closed', 'particles'], {
      meaning: 'bayes only: auto takes the closed form for a linear activation',
      fallback: 'auto',
    }),
    stretch: number({ above: 0, max: 100, meaning: 'bayes only: multiplies the time steps, to test the health figures', fallback: 1 }),
    time: number({ above: 0, meaning: 'flow only: how long the gradient flow runs', fallback: 20 }),
    step: optional(number({ above: 0, meaning: 'flow only: longest step in time' }), 'by the curvature and the energy'),
    weight_decay: number({ min: 0, meaning: 'flow only: λ, decay of all weights', fallback: 0 }),
    jitter: oneOf(['off', 'auto'], {
      meaning: 'auto: where the kernel matrix is not positive definite, the least that helps is added to its diagonal, and shown',
      fallback: 'off',
    }),
    seed: integer({ min: 0, meaning: 'of the random numbers', fallback: 1 }),
  },
  graded: true,
  bytes: (value: KernelValue) => value.kernel.bytes,
  dispose: (value: KernelValue) => {
    value.kernel[Symbol.dispose]();
  },
  compute: (points, context, { backend, ready }) =>
    inBatches(
      points,
      (a, b) => a.theory === b.theory,
      async ({ theory }, batch) => {
        await ready;
        const kernels = await theories[theory].source(
          backend,
          batch.map(({ data, theory: _, weight_decay: weightDecay, ...parameters }) => ({
            task: data.data,
            parameters: { ...parameters, weightDecay },
          })),
          context,
        );
        return kernelValues('source kernel', kernels, batch, backend);
      },
    ),
  view: kernelView,
  arrays: kernelArrays,
});
