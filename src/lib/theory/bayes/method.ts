import { Problem } from '$lib/base/problem';
import { ClosedKernel } from '$lib/theory/bayes/closed-kernel';
import { canBeLookedAt, conditionalServes } from '$lib/theory/bayes/conditional/outcome';
import { DeepKernel } from '$lib/theory/bayes/deep/deep-kernel';
import { DeepLinearKernel } from '$lib/theory/bayes/deep/linear/deep-linear-kernel';
import { mostExamples } from '$lib/theory/bayes/deep/target/solve-target';
import type { EnsemblePoint } from '$lib/theory/bayes/ensemble';
import { SampleKernel } from '$lib/theory/bayes/sample-kernel';
import { inFewDirections } from '$lib/theory/bayes/span/kernels';
import { hasStrata, strataServe } from '$lib/theory/bayes/wells/outcome';
import type { SourceParameters, TargetPoint, Task } from '$lib/theory/theory';

/*
 * Which method finds the law of a point, and which one checks it (`theory.md` §2). The first row that fits is taken.
 *
 * method           folder                for
 * closed form      ., deep/linear        linear activation; a target where its source is in closed form too
 * deep particles   deep                  a source of more than one hidden layer
 * deep target      deep/target           a target of such a source
 * quadrature       span, coupled         erf, tanh and relu, at most 64 examples that span one or two directions
 * particles        .                     all others, and where quadrature takes too many nodes
 *
 * What moving particles found of one hidden layer is checked by weighted samples; they may take the place of the particles:
 *
 * check            folder                for
 * conditional      conditional           targets of erf and tanh (3 to 6 directions that matter, 128 examples)
 * conditional      directional           relu: sources (up to 12 directions) and targets (up to 6)
 * strata           wells                 sources of erf and tanh (up to 12 directions that matter, 128 examples)
 * look             conditional/spot      targets of erf and tanh with more, up to 12: a warning only
 * warning          checks                where none of these can look and the force is strong
 */

/** How a source is solved. */
export type SourceMethod = 'closed form' | 'quadrature' | 'particles' | 'deep particles';

/** How a target is solved, and its source as that method takes it. */
export type TargetMethod =
  | { readonly method: 'closed form'; readonly source: ClosedKernel }
  | { readonly method: 'closed form'; readonly source: DeepLinearKernel }
  | { readonly method: 'quadrature' | 'particles'; readonly source: ClosedKernel | SampleKernel }
  | { readonly method: 'deep target'; readonly source: DeepKernel };

const wantsClosed = ({ activation, solver }: SourceParameters): boolean => activation === 'linear' && solver !== 'particles';

export function sourceMethod(task: Task, parameters: SourceParameters): SourceMethod {
  if (wantsClosed(parameters)) return 'closed form';
  if (parameters.depth > 1) return 'deep particles';
  return inFewDirections(task, parameters) ? 'quadrature' : 'particles';
}

/** A Problem where the target cannot be solved with such a source. */
export function targetMethod(point: TargetPoint): TargetMethod | Problem {
  const { source, task, parameters } = point;
  if (parameters.depth > 1) return deepTargetMethod(point);
  if (!(source instanceof ClosedKernel || source instanceof SampleKernel))
    return new Problem(`source: must be a bayes kernel of one hidden layer, got a ${source.theory} ${source.role}`);
  if (source.task.dimension !== task.dimension) return otherInputs(source.task, task);
  if (wantsClosed(parameters) && source instanceof ClosedKernel) return { method: 'closed form', source };
  if (parameters.solver === 'closed')
    return new Problem('solver: the closed form of a target needs a source in closed form, got one of particles', { path: ['solver'] });
  if (source instanceof ClosedKernel && source.role === 'target')
    return new Problem('solver: the next task of a chain in closed form is in closed form, got particles', { path: ['solver'] });
  return { method: inFewDirections(task, parameters) ? 'quadrature' : 'particles', source };
}

function deepTargetMethod({ source, task, parameters }: TargetPoint): TargetMethod | Problem {
  if (source.role !== 'source' || source.theory !== 'bayes')
    return new Problem(
      `source: must be a bayes source kernel, for chains of deep networks are not known, got a ${source.theory} ${source.role}`,
    );
  if (source.task.dimension !== task.dimension) return otherInputs(source.task, task);
  if (source instanceof DeepLinearKernel && wantsClosed(parameters)) return { method: 'closed form', source };
  if (!(source instanceof DeepKernel))
    return new Problem('solver: the target of a source in closed form is in closed form too; leave solver out', { path: ['solver'] });
  const examples = Math.max(task.trainLabels.length, source.task.trainLabels.length);
  if (examples > mostExamples)
    return new Problem(`target: deep targets by particles have at most ${mostExamples} training examples in either task, got ${examples}`);
  return { method: 'deep target', source };
}

const otherInputs = (source: Task, target: Task): Problem =>
  new Problem(`target: must have ${source.dimension} inputs like its source, got ${target.dimension}`);

/** How what particles found is checked. `strong force` and `rich relu` are not: a warning says so where γ²⟨s²⟩ is large. */
export type Check = 'conditional' | 'strata' | 'look' | 'strong force' | 'rich relu' | 'none';

export function checkOf({ task, parameters, anchor }: EnsemblePoint): Check {
  const { activation, gamma } = parameters;
  if (gamma === 0 || !(activation === 'relu' || activation === 'erf' || activation === 'tanh')) return 'none';
  if (conditionalServes(task, parameters, anchor ? 'target' : 'source')) return 'conditional';
  if (anchor) {
    if (canBeLookedAt(task, parameters)) return activation === 'relu' ? 'rich relu' : 'look';
    return hasStrata(task, parameters) ? 'strong force' : 'none';
  }
  if (strataServe(task, parameters)) return 'strata';
  return activation === 'relu' || hasStrata(task, parameters) ? 'strong force' : 'none';
}
