import { Problem } from '$lib/base/problem';
import type { SourceParameters, TargetPoint } from '$lib/theory/theory';
import { inBatches } from '../batches';
import { defineKind } from '../cell-kind';
import { kernelTraits, kernelValues } from '../kernel-value';
import { theoryNamed, theoryParameters, toldTo } from '../theory-parameters';
import { valueOf, type CouplingValue, type DatasetValue } from '../values';

interface Point {
  readonly coupling: CouplingValue;
  readonly data: DatasetValue;
  readonly [parameter: string]: unknown;
}

/** What was not said is as it was for the source. */
const targetPoint = (point: Point): TargetPoint => {
  const { source, delta, readout } = point.coupling;
  const theory = theoryNamed(source.kernel.theory);
  const told = toldTo(theory, 'target', point);
  const { trained, centred, ...own }: Partial<SourceParameters> & Pick<TargetPoint, 'trained' | 'centred'> = told;
  return {
    source: source.kernel,
    delta,
    readout,
    ...(trained !== undefined && { trained }),
    ...(centred !== undefined && { centred }),
    task: point.data.data,
    parameters: { ...source.kernel.parameters, ...own },
  };
};

/** Why a coupling cannot be had in the theory of its source; undefined where it can. */
const problemOf = ({ coupling: { source, readout } }: Point): Problem | undefined => {
  const { theory } = source.kernel;
  if (readout === 'fresh' || theoryNamed(theory).keepsReadout) return undefined;
  return new Problem(
    `coupling: its readout must be "fresh" in the theory ${theory}, where the target's last layer is drawn anew, got "kept"; flow keeps it`,
    { path: ['coupling'] },
  );
};

/** The kernel of the second task, its weights tied to the first's: `theory.md` §2. */
export const targetKernel = defineKind({
  name: 'target_kernel',
  ...kernelTraits,
  meaning: 'the kernel of a network trained on a second task, its weights tied to the first',
  example: 'target_kernel(link, target)',
  makes: 'target kernel',
  recipes: [{ name: 'post', formula: 'target_kernel(link, target)' }],
  equations: [
    String.raw`p_t(w\mid\bar w) \propto \exp\!\Big(-\tfrac12|w|^2 - \tfrac{\delta}{2}|w-\bar w|^2 + \tfrac12\gamma_t^2\big(\textstyle\sum_\mu \Delta_\mu\,\phi(h_\mu(w))\big)^2\Big)`,
    String.raw`\Phi_t = \mathbb{E}_{\bar w}\langle \phi\phi^\top\rangle_{p_t(\cdot\mid\bar w)}, \qquad (\Phi_t + T_t I)\,\Delta = y_t, \qquad f_t(x) = \Phi_t(x, X_t)\,\Delta`,
    String.raw`\text{deep:}\quad \tfrac\delta2\textstyle\sum_l |W^l_t-W^l_s|^2, \quad f_t(x) = \Phi_d^L(x, X_t)\,\Delta`,
  ],
  positional: ['coupling', 'data'],
  theoryFrom: 'coupling',
  parameters: {
    coupling: valueOf(['coupling'], 'the tie to the source'),
    data: valueOf(['dataset'], 'the target task'),
    ...theoryParameters('target'),
  },
  compute: (points, context) =>
    inBatches(
      points,
      (a, b) => {
        const [first, second] = [a.coupling.source, b.coupling.source];
        if (first.kernel.theory !== second.kernel.theory || first.backend !== second.backend) return false;
        return (problemOf(a) === undefined) === (problemOf(b) === undefined);
      },
      async (first, batch) => {
        const { source } = first.coupling;
        const problem = problemOf(first);
        if (problem) throw problem;
        const kernels = await theoryNamed(source.kernel.theory).target(source.backend, batch.map(targetPoint), context);
        return kernelValues('target kernel', kernels, batch, source.backend).map((value, i) =>
          value instanceof Problem ? value : { ...value, coupling: batch[i]!.coupling },
        );
      },
    ),
});
