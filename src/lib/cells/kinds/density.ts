import { Problem } from '$lib/base/problem';
import { erf } from '$lib/base/special';
import type { Field } from '$lib/graph/kind';
import { densityErrors, gaussianDensity, kernelDensity, meanAndVariance, silvermanBandwidth } from '$lib/theory/density';
import type { Preactivation } from '$lib/theory/theory';
import { defineKind, pointwise } from '../cell-kind';
import { layerOf } from '../kernel-examples';
import { curvesView } from '../curves-view';
import { integer, layer, number, optional } from '../parameter';
import { valueOf, type ErrorsValue } from '../values';
import { spaced } from './range';

interface Curve {
  readonly mean: number;
  readonly variance: number;
  readonly density: readonly number[];
  /** Standard errors of a density that is estimated from samples. */
  readonly errors?: readonly number[];
  /** Share of the law beyond the ends of the axis. */
  readonly beyond: number;
}

const curveOf = ({ law }: Preactivation, at: readonly number[], reach: number, bandwidth: number | undefined): Curve => {
  if ('variance' in law) {
    const { variance } = law;
    const density = at.map((h) => gaussianDensity(h, 0, variance));
    return { mean: 0, variance, density, beyond: 1 - erf(reach / Math.sqrt(2 * variance)) };
  }
  const { samples } = law;
  const beyond = samples.reduce((count, h) => count + (Math.abs(h) > reach ? 1 : 0), 0) / samples.length;
  const width = bandwidth ?? silvermanBandwidth(samples);
  return { ...meanAndVariance(samples), density: kernelDensity(samples, width, at), errors: densityErrors(law, width, at), beyond };
};

/** The density of the pre-activation of one example, against Gaussians: `theory.md` §2 and §3. */
export const density = defineKind({
  name: 'density',
  purpose: 'theory',
  meaning:
    'density of the pre-activation of one training example over neurons, against the Gaussian of its variance and the lazy one; where the law is sampled, density.stderr is the standard error of the estimate',
  example: 'density(post, at: 1)',
  makes: 'errors',
  equations: [
    String.raw`p(h),\ h = \frac{w\cdot x}{\sqrt D} \text{ under the law of } w, \qquad \text{gaussian} = \mathcal N(\langle h\rangle, \operatorname{var} h), \qquad \text{lazy} = p(h) \text{ at } \gamma \to 0`,
  ],
  positional: ['kernel'],
  parameters: {
    kernel: valueOf(['target kernel', 'source kernel'], 'whose neurons'),
    at: integer({ min: 1, meaning: 'which training example, counted from 1', fallback: 1 }),
    reach: number({ above: 0, meaning: 'the axis runs from −reach to reach', fallback: 4 }),
    count: integer({ min: 3, max: 2001, meaning: 'points of the axis', fallback: 81 }),
    bandwidth: optional(number({ above: 0, meaning: 'of the density estimate, where the law is sampled' }), 'Silverman’s rule'),
    layer,
  },
  yields: 'field',
  bytes: (field: Field) => 200 * field.points.length,
  compute: pointwise(async ({ kernel: { kernel }, at, reach, count, bandwidth, layer }, context): Promise<Field<ErrorsValue>> => {
    const examples = kernel.task.trainLabels.length;
    if (at > examples) throw new Problem(`at: must be a whole number from 1 to ${examples}, got ${at}`, { path: ['at'] });
    const found = await kernel.preactivation?.(at - 1, context, layerOf(kernel, layer));
    if (!found)
      throw new Problem(`kernel: the theory ${kernel.theory} does not give the distribution of pre-activations`, { path: ['kernel'] });
    const axis = spaced(-reach, reach, count, 'linear');
    if (!(found.prior > 0)) throw new Problem(`at: example ${at} is 0, so its pre-activation is 0 in every neuron`, { path: ['at'] });
    const { mean, variance, density, errors, beyond } = curveOf(found, axis, reach, bandwidth);
    const warnings = beyond > 0.01 ? [`${(100 * beyond).toFixed(0)} % of the density lies beyond reach: ${reach}`] : [];
    return {
      axes: [{ name: 'h', values: axis }],
      points: axis.map((h, i) => ({
        type: 'errors',
        mark: 'line',
        summary: {
          fields: {
            density: density[i] ?? NaN,
            ...(errors && { 'density.stderr': errors[i] ?? NaN }),
            gaussian: gaussianDensity(h, mean, variance),
            lazy: gaussianDensity(h, 0, found.prior),
          },
          warnings,
        },
      })),
    };
  }),
  view: (field: Field) => curvesView(field, ['density', 'gaussian', 'lazy'], 'linear', 'linear'),
});
