import type { Backend, Matrix } from '$lib/backend/backend';
import type { Health, SourceParameters, Task, TrainedKernel } from '$lib/theory/theory';

/** What is known of every kernel of this theory when it is made. */
export type KernelFacts = Pick<TrainedKernel, 'role' | 'task' | 'parameters' | 'train' | 'health'> & {
  readonly warnings?: readonly string[];
};

/** What the kernels of this theory have in common. */
export abstract class BayesKernel {
  readonly theory = 'bayes';
  readonly role: TrainedKernel['role'];
  readonly task: Task;
  readonly parameters: SourceParameters;
  readonly train: Matrix;
  readonly health: Health;
  readonly warnings: readonly string[];

  constructor(
    protected readonly backend: Backend,
    { role, task, parameters, train, health, warnings = [] }: KernelFacts,
  ) {
    this.role = role;
    this.task = task;
    this.parameters = parameters;
    this.train = train;
    this.health = health;
    this.warnings = warnings;
  }
}
