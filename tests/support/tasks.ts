import { atOnce } from '$lib/base/steps';
import type { Dataset } from '$lib/data/dataset';
import * as linear from '$lib/data/linear-task';
import * as manifold from '$lib/data/manifold-task';
import * as polynomial from '$lib/data/polynomial-task';

/** Tasks without a pause, for tests of what they are. */
export const linearTask = (...given: Parameters<typeof linear.linearTask>): Dataset => atOnce(linear.linearTask(...given));
export const polynomialTask = (...given: Parameters<typeof polynomial.polynomialTask>): Dataset =>
  atOnce(polynomial.polynomialTask(...given));
export const manifoldTask = (...given: Parameters<typeof manifold.manifoldTask>): Dataset => atOnce(manifold.manifoldTask(...given));
