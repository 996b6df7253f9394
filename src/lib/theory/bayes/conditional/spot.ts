import { anchorsFor, wellsOf } from '$lib/theory/bayes/conditional/anchoring';
import { whole } from '$lib/theory/bayes/conditional/solve';
import { proposerOf } from '$lib/theory/bayes/conditional/proposer';
import { landscapeOf, type Landscape } from '$lib/theory/bayes/wells/landscape';
import type { Outcome } from '$lib/theory/bayes/outcome';
import type { Drawn } from '$lib/theory/bayes/conditional/drawn';
import { weigh, type Weighted } from '$lib/theory/bayes/wells/newton';
import { groupKernels } from '$lib/theory/common/law';
import { groups } from '$lib/theory/common/jackknife';
import { dot } from '$lib/theory/common/vectors';
import type { Slices } from '$lib/theory/slices';

/** What a few weighted samples say of the kernel of particles. */
export interface Spot {
  /** What both kernels differ by beyond the noise of either, in the Frobenius norm, as a share of the kernel; 0 where it is all noise. */
  readonly off: number;
  /** Standard error of `off`. */
  readonly noise: number;
  /** Share of the weighted samples that count, mean over anchors. */
  readonly counting: number;
  /** The same two of the outputs ΦΔ, as a share of the labels: a kernel that is little off where Δ is large has outputs that are far off. */
  readonly outputs?: { readonly off: number; readonly noise: number };
}

/** Anchors, samples about each of them, and anchors from which wells are looked for. */
const effort = { anchors: 256, own: 48, explored: 6 } as const;

/** What a kernel may differ by, beyond noise: with some fifty samples an anchor, weighted averages have a bias of a few per cent of their own. */
const agreed = 0.1;

/**
 * And outputs: of targets that are right they were 0.04 of the labels off at most beside square grids (noise 0.05 to 0.3); of one whose kernel was only 4 % off,
 * and its train error 3.4 times the right one, they were 3.9 times the labels.
 */
const agreedOutputs = 0.25;

/** Share of the samples that must count for their averages to be believed. */
const enough = 0.15;

/** What a look says of particles; `unknown` where too few of its own samples count. */
export type SpotVerdict = 'right' | 'wrong' | 'unknown';

/** Whether weighted samples tell that particles are right, or not right, or do not tell. */
export function spotVerdict({ off, noise, counting, outputs }: Spot): SpotVerdict {
  if (!(counting >= enough)) return 'unknown';
  if (off > agreed && off > 4 * noise) return 'wrong';
  return outputsAreOff(outputs) ? 'wrong' : 'right';
}

/** Whether outputs differ by more than is agreed, and than noise. */
export const outputsAreOff = (outputs: Spot['outputs']): outputs is NonNullable<Spot['outputs']> =>
  outputs !== undefined && outputs.off > agreedOutputs && outputs.off > 4 * outputs.noise;

/** Multiplications of a look at a target, about: a climb takes some twelve steps, an anchor some three climbs. */
export function spotWork({ rank, examples }: Landscape): number {
  const step = examples * rank * rank + rank ** 3 / 3 + examples * (2 * rank + 40);
  return 12 * step * (3 * effort.anchors + 24 * effort.explored) + effort.anchors * effort.own * examples * (rank + 40);
}

/**
 * Compares the kernel of a target's particles with that of weighted samples of the law under their own Δ, about few of their anchors
 * (`theory.md` §2.4). Δ is not solved for again: wells that are filled wrongly under a Δ show there more than in what comes of it. Both kernels
 * are known in `groups` parts each; d_g is what the parts g differ by, and ⟨d_g, d_h⟩ of two different parts has the mean |bias|²
 * whatever the noise of either is. Cost: `spotWork`.
 */
export async function spotOf(slices: Slices, { point, law, dual }: Outcome): Promise<Spot> {
  const { backend, yieldToDevice } = slices;
  const { task, parameters } = point;
  const { activation, gamma, temperature, seed } = parameters;
  const land = landscapeOf(task, activation, gamma);
  const size = land.examples;
  using inputs = backend.upload({ rows: size, columns: task.dimension }, task.trainInputs);
  using grouped = await groupKernels(backend, law, inputs, inputs);
  const moving = await backend.read(grouped);
  const stream = wellsOf(point.anchor);
  const { few, many, own } = { few: effort.anchors, many: effort.anchors, own: effort.own };
  const { anchored } = await anchorsFor(backend, point, land, point.anchor?.weights.rows ?? parameters.particles, { few, many, last: own });
  const proposer = proposerOf(land, true);
  proposer.look(dual, anchored.many, { seed, stream, round: 0, explored: effort.explored });
  await yieldToDevice();
  const pool = await proposer.draw(dual, anchored.many, { own, seed, stream, round: 0, yieldToDevice });
  const at = weigh(pool, { labels: task.trainLabels, gamma, temperature }, dual);
  const weighted = partKernels(pool, at, size);
  const counting = at.each.reduce((sum, count) => sum + count / own, 0) / at.each.length;
  return { ...biasOf(weighted, moving, size * size), counting, outputs: outputsOff(weighted, moving, dual, task.trainLabels) };
}

/** What the outputs of two kernels [groups, P, P] under one Δ differ by beyond noise, as a share of the labels. */
function outputsOff(
  some: Float64Array,
  others: Float64Array,
  dual: Float64Array,
  labels: Float64Array,
): { readonly off: number; readonly noise: number } {
  const size = dual.length;
  const outputs = (kernels: Float64Array): Float64Array =>
    Float64Array.from({ length: groups * size }, (_, row) => dot(kernels.subarray(row * size, (row + 1) * size), dual));
  const own = outputs(some);
  const mean = Float64Array.from({ length: size }, (_, p) => {
    let sum = 0;
    for (let g = 0; g < groups; g++) sum += own[g * size + p]! / groups;
    return sum;
  });
  const share = Math.sqrt(dot(mean, mean) / dot(labels, labels));
  const { off, noise } = biasOf(own, outputs(others), size);
  return { off: share * off, noise: share * noise };
}

/** Φ [groups, P, P] by every `groups`-th anchor. */
function partKernels({ features, count, anchors }: Drawn, { weights }: Weighted, size: number): Float64Array {
  const own = count / anchors;
  const out = new Float64Array(groups * size * size);
  const totals = new Float64Array(groups);
  for (let i = 0; i < count; i++) {
    const weight = weights[i]!;
    const g = Math.floor(i / own) % groups;
    totals[g]! += weight;
    if (weight < 1e-12) continue;
    for (let a = 0; a < size; a++)
      for (let b = 0; b <= a; b++) out[(g * size + a) * size + b]! += weight * features[i * size + a]! * features[i * size + b]!;
  }
  for (let g = 0; g < groups; g++) {
    const part = whole(out.subarray(g * size * size, (g + 1) * size * size), size);
    for (let k = 0; k < part.length; k++) part[k]! /= totals[g]!;
  }
  return out;
}

/** The bias of `some` beside `others`, [groups, n] each, of the mean of `some`: its square from pairs of parts, with jackknife. */
export function biasOf(some: ArrayLike<number>, others: ArrayLike<number>, n: number): { readonly off: number; readonly noise: number } {
  const apart = Array.from({ length: groups }, (_, g) =>
    Float64Array.from({ length: n }, (__, k) => others[g * n + k]! - some[g * n + k]!),
  );
  const products = apart.map((one) => apart.map((other) => one.reduce((sum, value, k) => sum + value * other[k]!, 0)));
  const total = products.reduce((sum, row, g) => sum + row.reduce((s, value, h) => (h === g ? s : s + value), 0), 0);
  const rows = products.map((row, g) => row.reduce((s, value, h) => (h === g ? s : s + value), 0));
  const square = total / (groups * (groups - 1));
  const left = rows.map((row) => (total - 2 * row) / ((groups - 1) * (groups - 2)));
  const mean = left.reduce((sum, value) => sum + value, 0) / groups;
  const spread = Math.sqrt(((groups - 1) / groups) * left.reduce((sum, value) => sum + (value - mean) ** 2, 0));
  let norm = 0;
  for (let k = 0; k < n; k++) {
    let sum = 0;
    for (let g = 0; g < groups; g++) sum += some[g * n + k]! / groups;
    norm += sum * sum;
  }
  const off = Math.sqrt(Math.max(0, square) / norm);
  return { off, noise: off > 0 ? spread / norm / (2 * off) : Math.sqrt(spread / norm) };
}
