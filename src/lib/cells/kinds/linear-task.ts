import { linearTask as drawTask } from '$lib/data/linear-task';
import { defineKind } from '../cell-kind';
import { teacherTraits } from './teacher-kind';
import { teacherParameters } from './teacher-parameters';

/** A linear teacher on Gaussian inputs: `theory.md` §0 and §5. */
export const linearTask = defineKind({
  name: 'linear_task',
  version: 2,
  purpose: 'data',
  meaning: 'a linear teacher on Gaussian inputs, alone or aligned with another’s',
  example: 'linear_task(dim: 30, train: 60, test: 200, seed: 1)',
  makes: 'dataset',
  recipes: [
    { name: 'source', formula: 'linear_task(dim: 30, train: 60, test: 200, seed: 1)' },
    {
      name: 'target',
      formula: 'linear_task(like: source, alignment: 0.5, train: 10, test: 200, seed: 2)',
      meaning: 'a linear task related to another one',
    },
  ],
  equations: [
    String.raw`y = \text{scale}\cdot\frac{\beta\cdot x}{\sqrt D} + \text{noise}\cdot\xi, \qquad |\beta|^2 = D, \qquad \frac{\beta_s\cdot\beta_t}{D} = \rho`,
  ],
  positional: [],
  parameters: teacherParameters,
  ...teacherTraits(drawTask),
});
