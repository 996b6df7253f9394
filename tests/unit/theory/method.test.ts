import { expect, it } from 'vitest';
import type { Anchor } from '$lib/theory/bayes/ensemble';
import { checkOf, sourceMethod } from '$lib/theory/bayes/method';
import type { SourceParameters, Task } from '$lib/theory/theory';
import { bayesParameters, normals } from '../../support/task';

/** Examples of which none is spanned by others. */
const taskOf = (examples: number): Task => ({
  dimension: 200,
  trainInputs: Float64Array.from({ length: 200 * examples }, normals(5)),
  trainLabels: new Float64Array(examples).fill(1),
  testInputs: new Float64Array(0),
  testLabels: new Float64Array(0),
});

it.each([
  ['closed form', 20, { activation: 'linear' }],
  ['closed form', 20, { activation: 'linear', depth: 3 }],
  ['particles', 20, { activation: 'linear', solver: 'particles' }],
  ['deep particles', 2, { activation: 'erf', depth: 2 }],
  ['quadrature', 2, { activation: 'erf' }],
  ['quadrature', 1, { activation: 'relu' }],
  ['particles', 2, { activation: 'quadratic' }],
  ['particles', 2, { activation: 'erf', solver: 'particles' }],
  ['particles', 3, { activation: 'erf' }],
] as const)('the method is %s for a source with %i examples and %o', (method, examples, given) => {
  expect(sourceMethod(taskOf(examples), { ...bayesParameters, ...given })).toBe(method);
});

it.each([
  ['conditional', 'target', 'erf', 6],
  ['look', 'target', 'erf', 7],
  ['look', 'target', 'tanh', 12],
  ['none', 'target', 'erf', 13],
  ['conditional', 'target', 'relu', 6],
  ['rich relu', 'target', 'relu', 12],
  ['none', 'target', 'relu', 13],
  ['conditional', 'source', 'relu', 12],
  ['strong force', 'source', 'relu', 13],
  ['strata', 'source', 'erf', 12],
  ['none', 'source', 'erf', 13],
  ['none', 'source', 'quadratic', 4],
  ['none', 'target', 'quadratic', 4],
] as const)('the check is %s for the particles of a %s with %s over %i directions', (check, role, activation, directions) => {
  const parameters: SourceParameters = { ...bayesParameters, activation, gamma: 2 };
  const point = { task: taskOf(directions), parameters, delta: 1 };
  // Only whether there is an anchor matters here.
  expect(checkOf(role === 'target' ? { ...point, anchor: {} as Anchor } : point)).toBe(check);
});

it('nothing is checked at gamma 0, and more than 128 examples are a warning', () => {
  const lazy = { ...bayesParameters, activation: 'erf', gamma: 0 } as const;
  expect(checkOf({ task: taskOf(4), parameters: lazy, delta: 0 })).toBe('none');
  expect(checkOf({ task: taskOf(4), parameters: lazy, delta: 1, anchor: {} as Anchor })).toBe('none');
  const few = taskOf(4);
  const many: Task = {
    ...few,
    trainInputs: Float64Array.from({ length: 200 * 132 }, (_, i) => few.trainInputs[i % few.trainInputs.length]!),
    trainLabels: new Float64Array(132).fill(1),
  };
  expect(checkOf({ task: many, parameters: { ...lazy, gamma: 2 }, delta: 0 })).toBe('strong force');
  expect(checkOf({ task: many, parameters: { ...lazy, gamma: 2 }, delta: 1, anchor: {} as Anchor })).toBe('strong force');
});
