import type { LayerFigures } from '$lib/theory/bayes/deep/target/moments';
import type { PooledSource } from '$lib/theory/bayes/deep/target/groups';
import { furthest } from '$lib/theory/bayes/deep/target/source-law';
import { tolerance } from '$lib/theory/bayes/schedule';
import type { SourceParameters, Task } from '$lib/theory/theory';
import { percent } from '$lib/theory/common/percent';

/** Bounds beyond which a deep target carries a warning. */
export const bounds = {
  /** Gradient form of A_d, A_o and of A_c against moments, for 2000 particles and more; for fewer it grows as their noise does. */
  own: 0.012,
  cross: 0.015,
  /** Standard error of the predictor on training examples, relative to the labels. */
  scatter: 0.02,
  /** The same on test examples, relative to the predictor or, if larger, to a fifth of the labels. */
  beyond: 0.03,
  /** Correlation of φ or φ² with what it was before a draw of the disorder, where counting begins. */
  memory: 0.15,
} as const;

/** What a deep run says of itself. */
export interface Verdict {
  readonly virial: number;
  /** The largest of what gradient and moment form of the conjugates differ by, as a share of its bound. */
  readonly stein: number;
  readonly warnings: readonly string[];
}

/** What a reader must be told where two forms of the conjugates differ by more than their bound. */
export const formsText = (share: number): string =>
  `two forms of the conjugate kernels differ by ${share.toPrecision(2)} times their bound: the particles have not settled, or are too few; kernels may be several per cent off`;

/** The largest of what gradient and moment form of the conjugates differ by, as a share of its bound. */
export function formsApart(source: PooledSource, layers: readonly LayerFigures[], particles: number): number {
  const noise = Math.max(1, Math.sqrt(2000 / particles));
  const shares = [source.stein / bounds.own, ...layers.flatMap(({ d, o, c }) => [d / bounds.own, o / bounds.own, c / bounds.cross])];
  return shares.some(Number.isNaN) ? NaN : Math.max(...shares) / noise;
}

/** Puts together the figures of all layers of a target and of its source's particles. */
export function verdictOf(
  source: PooledSource,
  layers: readonly LayerFigures[],
  {
    scatter,
    beyond,
    memory,
    residual,
    particles,
  }: {
    readonly scatter: number;
    readonly beyond: number;
    readonly memory: number;
    readonly residual: number;
    readonly particles: number;
  },
): Verdict {
  const virial = furthest([source.virial, ...layers.map((layer) => layer.virial)]);
  const stein = formsApart(source, layers, particles);
  const warnings: string[] = [];
  if (!(Math.abs(virial - 1) <= tolerance.virial))
    warnings.push(`virial identity off by ${percent(virial - 1)} in one of the layers: the result may be wrong by as much`);
  if (!(stein <= 1)) warnings.push(formsText(stein));
  if (!(memory <= bounds.memory))
    warnings.push(
      `particles keep ${percent(memory)} of where they were before a draw of the source when counting begins: they have not settled, and kernels may be several per cent off`,
    );
  if (!(residual <= tolerance.residual))
    warnings.push(
      `self-consistency residual ${percent(residual)}: the Δ that drove the particles and their kernel do not quite fit each other`,
    );
  if (!(scatter <= bounds.scatter && beyond <= bounds.beyond))
    warnings.push(`parts of the run scatter by ${percent(Math.max(scatter, beyond))} in what they predict: more particles would help`);
  return { virial, stein, warnings };
}

/** In which ways a problem is beyond those that were compared with sampled networks, or linear ones with their exact solution. */
export function experimental(
  { activation, depth }: SourceParameters,
  laws: readonly Pick<SourceParameters, 'gamma' | 'temperature'>[],
  tasks: readonly Task[],
): string[] {
  const beyond: string[] = [];
  if (activation !== 'erf' && activation !== 'linear') beyond.push(`${activation} neurons`);
  if (depth > 2) beyond.push(`${depth} hidden layers`);
  if (laws.some(({ gamma }) => gamma > 1)) beyond.push('gamma above 1');
  if (laws.some(({ temperature }) => temperature < 0.1)) beyond.push('temperature below 0.1');
  if (tasks.some(({ trainLabels }) => trainLabels.length > 8)) beyond.push('more than 8 training examples');
  if (beyond.length === 0) return [];
  return [
    `experimental: deep targets with ${beyond.join(', ')} were not yet compared with sampled networks; their ± may be several times too small`,
  ];
}
