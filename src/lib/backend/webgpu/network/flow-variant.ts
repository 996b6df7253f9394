import type { FlowArrays } from './flow-arrays';
import type { Part } from './flow-parts';
import type { FlowSizes } from './flow-sizes';

/** How one kind of adapter does the parts of an evaluation of the force. */
export interface FlowVariant {
  /** Particles, and directions, that are worked on together. */
  readonly tile: number;
  /** In how many parts the sum over particles comes; however many points there are, so that each is rounded as if it were alone. */
  readonly sharesOf: (sizes: FlowSizes, frozen: boolean) => number;
  /** φ and φ′ of some particles. */
  readonly look: (arrays: FlowArrays, evaluation: number, part: Part) => void;
  /** Δ of all points. */
  readonly sum: (arrays: FlowArrays, evaluation: number) => void;
  /** A stage of the step of the weights of some particles. */
  readonly moveWeights: (arrays: FlowArrays, evaluation: number, part: Part) => void;
  /** The same of their readouts. */
  readonly moveReadout: (arrays: FlowArrays, evaluation: number, part: Part) => void;
}
