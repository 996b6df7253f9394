import { Problem } from '$lib/base/problem';
import { richTransferError, scratchError, spikeOf, transferError } from '$lib/theory/linear-theory';
import { defineKind, pointwise } from '../cell-kind';
import { integer, number, optional } from '../parameter';
import type { ErrorsValue, FieldNumbers } from '../values';

interface Given {
  readonly alignment: number;
  readonly nu: number;
  readonly gamma: number | undefined;
  readonly dim: number | undefined;
  readonly chi: number | undefined;
  readonly nu_source: number | undefined;
  readonly chance_alignment: number | undefined;
}

const needs = (name: string, message: string): Problem => new Problem(`${name}: ${message}`, { path: [name] });

/** χ, given as it is or by γ and D. */
const chiOf = ({ gamma, dim, chi }: Given): number => {
  if (chi !== undefined) {
    if (gamma !== undefined) throw needs('gamma', 'leave it out when chi is given, which it stands for');
    if (dim !== undefined) throw needs('dim', 'leave it out when chi is given; it only turns gamma into chi');
    return chi;
  }
  if (gamma === undefined) throw needs('gamma', 'is required; must be a number ≥ 0 (or give chi, or nu_source)');
  if (dim === undefined) throw needs('dim', 'is required with gamma: must be a whole number ≥ 1, for χ = √(1 + γ²D) − 1');
  return spikeOf(gamma, dim);
};

/** Infinitely rich pre-training on limited source data. */
const limited = (given: Given, nuSource: number): FieldNumbers => {
  const { alignment, nu } = given;
  const chance = given.chance_alignment ?? 0;
  for (const name of ['gamma', 'chi', 'dim'] as const)
    if (given[name] !== undefined) throw needs(name, 'leave it out with nu_source, which means infinitely rich pre-training');
  if (alignment ** 2 + chance ** 2 > 1 + 1e-12)
    throw needs('chance_alignment', `must be at most ${Math.sqrt(1 - alignment ** 2)} in size at alignment ${alignment}, got ${chance}`);
  return { test: richTransferError(nuSource, alignment, chance), scratch: scratchError(nu) };
};

const fieldsOf = (given: Given): FieldNumbers => {
  if (given.nu_source !== undefined) return limited(given, given.nu_source);
  if (given.chance_alignment !== undefined) throw needs('chance_alignment', 'is only for nu_source, limited source data');
  const chi = chiOf(given);
  return { test: transferError(chi, given.alignment, given.nu), scratch: scratchError(given.nu), chi };
};

/** The error of transfer between linear teachers in closed form: `theory.md` §5. */
export const linearTheory = defineKind({
  name: 'linear_theory',
  purpose: 'theory',
  meaning: 'the error of transfer between two linear teachers in high dimension, in closed form',
  example: 'linear_theory(alignment: 0.7, nu: 0.5, gamma: 1, dim: 100)',
  makes: 'errors',
  equations: [
    String.raw`L = (1-\nu)\Big[1 - \frac{2\chi\alpha^2\nu}{1+\chi\nu} + \frac{\chi^2\alpha^2\nu^2}{(1+\chi\nu)^2}\Big], \qquad \chi = \sqrt{1+\gamma^2 D}-1, \qquad \nu = \frac{P_t}{D}`,
    String.raw`\nu_1 = \frac{P_s}{D} \le 1,\ \gamma_s\to\infty: \qquad L = 1 - \big(\sqrt{\nu_1}\,\alpha + \sqrt{1-\nu_1}\,\alpha_g\big)^2`,
  ],
  positional: [],
  parameters: {
    alignment: number({ min: -1, max: 1, meaning: 'α, overlap of the teachers', fallback: 1 }),
    nu: number({ min: 0, meaning: 'ν = P_t/D, target examples a dimension', fallback: 0.5 }),
    gamma: optional(number({ min: 0, meaning: 'richness γ of the source, for h = w·x/√D' }), 'given by chi'),
    dim: optional(integer({ min: 1, meaning: 'D, needed with gamma' }), 'not needed with chi'),
    chi: optional(number({ min: 0, meaning: 'χ, strength of the source’s direction in the features' }), 'from gamma and dim'),
    nu_source: optional(
      number({ min: 0, max: 1, meaning: 'ν₁ = P_s/D, limited source data and infinitely rich pre-training' }),
      'infinite source data',
    ),
    chance_alignment: optional(
      number({ min: -1, max: 1, meaning: 'α_g, overlap of the target with what the source learned by chance; with nu_source' }),
      '0',
    ),
  },
  compute: pointwise((given): ErrorsValue => ({ type: 'errors', mark: 'line', summary: { fields: fieldsOf(given) } })),
});
