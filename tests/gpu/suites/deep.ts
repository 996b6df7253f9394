import { compareDeep, type DeepActivation, type DeepComparison } from '../../support/deep';
import { withBackend } from '../harness/suite';

export interface Given {
  readonly activation: DeepActivation;
  readonly depth: number;
  readonly gamma: number;
  readonly particles: number;
}

/** A deep source of `bayes` on the device beside an independent evaluation in double precision. */
export const againstExact = (given: unknown): Promise<DeepComparison> => {
  const { activation, depth, gamma, particles } = given as Given;
  return withBackend((backend) => compareDeep(backend, activation, depth, gamma, particles));
};
