import { polynomialTask as drawTask } from '$lib/data/polynomial-task';
import { defineKind } from '../cell-kind';
import { integer } from '../parameter';
import { teacherTraits } from './teacher-kind';
import { teacherParameters } from './teacher-parameters';

/** A Hermite polynomial of a linear teacher: a single-index task. */
export const polynomialTask = defineKind({
  name: 'polynomial_task',
  purpose: 'data',
  meaning: 'a Hermite polynomial of a teacher’s field on Gaussian inputs, alone or aligned with another’s',
  example: 'polynomial_task(dim: 30, degree: 2, train: 60, test: 200, seed: 1)',
  makes: 'dataset',
  equations: [
    String.raw`y = \text{scale}\cdot\frac{1}{\sqrt{k!}}\,\mathrm{He}_k\!\Big(\frac{\beta\cdot x}{\sqrt D}\Big) + \text{noise}\cdot\xi, \qquad |\beta|^2 = D, \qquad \frac{\beta_s\cdot\beta_t}{D} = \rho`,
  ],
  positional: [],
  parameters: {
    degree: integer({ min: 1, max: 100, meaning: 'k, the degree of the Hermite polynomial', fallback: 2 }),
    ...teacherParameters,
  },
  ...teacherTraits(drawTask),
});
