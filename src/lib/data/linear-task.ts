import type { Steps } from '$lib/base/steps';
import type { Dataset } from './dataset';
import { teacherTask, type Likeness, type TeacherTaskParameters } from './teacher-task';

export type LinearTaskParameters = TeacherTaskParameters;

/**
 * `linear_task(dim:, train:, test:, noise:, scale:, seed:)` and `linear_task(like:, alignment:, …)`: inputs x ~ N(0, I_D), labels
 * y = scale·β·x/√D + noise·ξ with |β|² = D exactly and ξ ~ N(0, 1). All else as in `teacherTask`.
 */
export const linearTask = (parameters: LinearTaskParameters, like?: Likeness): Steps<Dataset> =>
  teacherTask('linear task', (field) => field, parameters, like);
