import type { Backend, Matrix } from '$lib/backend/backend';
import { normals, uniforms } from '$lib/base/philox';
import { streamOf, streams } from '$lib/base/random';
import { spreadOf } from '$lib/theory/bayes/coupled/draw';
import type { Conditional } from '$lib/theory/bayes/conditional/solve';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';
import { place, samplesOf } from '$lib/theory/bayes/wells/samples';
import { groups } from '$lib/theory/common/jackknife';
import type { Law } from '$lib/theory/common/law';

/** Samples of a source. */
export async function drawAlone(
  backend: Backend,
  land: Landscape,
  { points, at }: Conditional,
  particles: number,
  seed: number,
  yieldToDevice: () => Promise<void>,
): Promise<Pick<Law, 'snapshots' | 'controlVariates'>> {
  const { snapshots, controlVariate } = await samplesOf(backend, land, { points, weights: at.weights }, particles, seed, yieldToDevice);
  return { snapshots, controlVariates: [controlVariate] };
}

/** What a target's samples are drawn about. */
export interface About {
  /** Samples of the source's law, each [1, M, D], and of each particle the number of the anchor that stands for it. */
  readonly held: readonly Matrix[];
  readonly of: Uint32Array;
  /** The last sample's without feature learning. */
  readonly controlVariate: Matrix;
  /** Samples of the target at least. */
  readonly copies: number;
  /** The stage of a chain, whose random numbers are its own. */
  readonly stage: number;
  readonly delta: number;
  readonly seed: number;
}

/**
 * Samples of equal weight: of each particle that the target is held to one place over the span, by evenly spread shares of its weights; beside the span the conditional
 * prior. The last has a control variate, of the conditional prior everywhere.
 */
export async function drawAbout(
  backend: Backend,
  land: Landscape,
  { pool, points, at }: Conditional,
  { of, held, controlVariate, copies: least, stage, delta, seed }: About,
  yieldToDevice: () => Promise<void>,
): Promise<Pick<Law, 'snapshots' | 'controlVariates'>> {
  const { rank, dimension } = land;
  const particles = controlVariate.rows;
  const step = spreadOf(stage);
  const copies = Math.max(least, held.length);
  const [kappa, deviation] = [delta / (1 + delta), 1 / Math.sqrt(1 + delta)];
  const own = pool.count / pool.anchors;
  const starts = uniforms(groups, { seed, stream: streamOf(streams.targetSpan, stage), step: 0 });
  const each = particles / groups;
  const snapshots: Matrix[] = [];
  try {
    for (let k = 0; k < copies; k++) {
      await yieldToDevice();
      const which = (k + held.length * copies - copies) % held.length;
      const noise = normals(particles * dimension, { seed, stream: streamOf(streams.targetSpan, stage), step: 1 + k });
      const before = await backend.read(held[which]!);
      const w = noise.map((value, i) => kappa * before[i]! + deviation * value);
      const chosen = Array.from({ length: particles }, (_, i) => {
        const from = of[which * particles + i]! * own;
        let left = ((starts[Math.floor(i / each)]! + (k * each + (i % each) + 1) * step) % 1) / pool.anchors;
        let sample = from;
        while (sample < from + own - 1 && left > at.weights[sample]!) left -= at.weights[sample++]!;
        return sample;
      });
      place(land, (row, j) => points[chosen[row]! * rank + j]!, w);
      const shape = { rows: particles, columns: dimension };
      snapshots.push(backend.upload(shape, w));
      if (k < copies - 1) continue;
      const twin = await backend.read(controlVariate);
      return {
        snapshots,
        controlVariates: [
          backend.upload(
            shape,
            noise.map((value, i) => kappa * twin[i]! + deviation * value),
          ),
        ],
      };
    }
    throw new Error('a law without samples');
  } catch (error) {
    for (const snapshot of snapshots) snapshot[Symbol.dispose]();
    throw error;
  }
}
