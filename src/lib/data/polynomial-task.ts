import type { Steps } from '$lib/base/steps';
import type { Dataset } from './dataset';
import { checkCount } from './limits';
import { teacherTask, type Likeness, type TeacherTaskParameters } from './teacher-task';

/**
 * He_k(u)/√k!, the probabilists' Hermite polynomial of degree k, of variance 1 for u ~ N(0, 1): by the recursion
 * √(k+1)·h_{k+1} = u·h_k − √k·h_{k−1} on the normalised polynomials, which overflows for no degree.
 */
export const normalisedHermite = (degree: number, u: number): number => {
  let below = 0;
  let value = 1;
  for (let k = 0; k < degree; k++) [below, value] = [value, (u * value - Math.sqrt(k) * below) / Math.sqrt(k + 1)];
  return value;
};

/**
 * `polynomial_task(dim:, degree:, …)`: y = scale·He_degree(β·x/√D)/√degree! + noise·ξ, a single-index teacher whose noiseless labels
 * have variance scale². A task like another keeps the teacher's overlap but has a degree of its own. All else as in `teacherTask`.
 *
 * @throws Problem for a degree that is not a whole number ≥ 1, and whatever `teacherTask` refuses.
 */
export function* polynomialTask(parameters: TeacherTaskParameters & { readonly degree: number }, like?: Likeness): Steps<Dataset> {
  const { degree } = parameters;
  checkCount('degree', degree, 1);
  return yield* teacherTask(`polynomial task of degree ${degree}`, (field) => normalisedHermite(degree, field), parameters, like);
}
