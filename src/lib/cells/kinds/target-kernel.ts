import { Problem } from '$lib/base/problem';
import { defineKind } from '../cell-kind';
import { kernelValue, kernelView } from '../kernel-value';
import { number, optional } from '../parameter';
import { theories } from '../theories';
import { valueOf, type KernelValue } from '../values';

/** The kernel of the second task, its weights tied to the first's: `theory.md` §2. */
export const targetKernel = defineKind({
  name: 'target_kernel',
  version: 1,
  purpose: 'theory',
  meaning: 'the kernel of a network trained on a second task, its weights tied to the first',
  example: 'target_kernel(link, target)',
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
  },
  graded: true,
  bytes: (value: KernelValue) => value.kernel.bytes,
  dispose: (value: KernelValue) => {
    value.kernel[Symbol.dispose]();
  },
  compute: async (points, context, { backend }) => {
    const results: (KernelValue | Problem)[] = new Array<KernelValue | Problem>(points.length);
    for (const [name, theory] of Object.entries(theories)) {
      const mine = points.map((point, index) => ({ point, index })).filter(({ point }) => point.coupling.source.kernel.theory === name);
      if (mine.length === 0) continue;
      const kernels = await theory.target(
        backend,
        mine.map(({ point: { coupling, data, gamma, temperature } }) => {
          const source = coupling.source.kernel;
          return {
            source,
            delta: coupling.delta,
            task: data.data,
            parameters: {
              ...source.parameters,
              gamma: gamma ?? source.parameters.gamma,
              temperature: temperature ?? source.parameters.temperature,
            },
          };
        }),
        context,
      );
      mine.forEach(({ point, index }, i) => {
        const kernel = kernels[i];
        if (kernel) results[index] = kernel instanceof Problem ? kernel : kernelValue('target kernel', kernel, point.data.data);
      });
    }
    return results;
  },
  view: kernelView,
});
