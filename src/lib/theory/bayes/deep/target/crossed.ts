import type { Matrix } from '$lib/backend/backend';
import { streams } from '$lib/base/random';
import type { Snapshot } from '$lib/theory/bayes/deep/target/block';
import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import { gramOf } from '$lib/theory/bayes/deep/target/gram';
import { bentOn, blended, meansOn } from '$lib/theory/bayes/deep/target/on-engine';
import { combined, root, solveLower, times, trace, transposed, type Small } from '$lib/theory/bayes/deep/target/small';
import type { SourceLaw } from '$lib/theory/bayes/deep/target/source-law';
import { extend, priorOf, type LayerKernels, type Tie } from '$lib/theory/bayes/deep/target/tie';
import type { Task } from '$lib/theory/theory';

/** tr Φ_c and tr Φ_s of one layer on the target's training inputs, seen through both networks. */
export interface Crossed {
  readonly twins: number;
  readonly source: number;
}

/** Below this share of the largest eigenvalue of the kernel of what is known, it is noise. */
const least = 1e-3;

/**
 * How alike source and target are, layer by layer. Source neurons on the target's inputs feel no force: given those on the source's own inputs and
 * m/κ, the mean of the target's neurons, they are Gaussian, with covariance [Φ_s Φ_c; Φ_cᵀ Φ_o] of what is known. At the first layer they are
 * m/κ itself. Cost 4 M S n(P_s + 3n) operations a layer for S draws.
 */
export async function crossedOf(
  source: SourceLaw,
  task: Task,
  tie: Tie,
  kernels: readonly LayerKernels[],
  snapshots: readonly Snapshot[],
  seed: number,
  breath: Breath,
): Promise<readonly Crossed[]> {
  const { examples, samples, bend } = source;
  const { engine } = breath;
  const { dimension, trainInputs } = task;
  const n = task.trainLabels.length;
  const own = gramOf(trainInputs, trainInputs, dimension);
  let seen = { second: own, known: gramOf(trainInputs, source.inputs, dimension), twins: own };
  const found: Crossed[] = [];
  for (let l = 0; l < source.depth; l++) {
    const { d, apart, c } = kernels[l]!;
    const prior = priorOf(kernels[l]!, source.factors[l]!, examples, n, tie);
    const between = combined([1, d], [-1, apart]);
    // m/κ = Kᵀz_s + root(Φ_o − KᵀK)ξ also where κ = 0.
    const pull = solveLower(source.factors[l]!, c, examples);
    const ownRoot = root(combined([1, between], [-1, times(transposed(pull, n), pull, examples)]), n);
    const { weights, rest } = extend(
      blocks(source.kernels[l]!, c, between, examples, n),
      beside(seen.known, seen.twins, examples, n),
      seen.second,
      examples + n,
      least,
    );
    const fromHeld = combined(
      [1, times(transposed(source.factors[l]!, examples), transposed(columns(weights, 0, examples, examples + n), examples), examples)],
      [1, times(pull, transposed(columns(weights, examples, n, examples + n), n), n)],
    );
    const fromOwn = times(ownRoot, transposed(columns(weights, examples, n, examples + n), n), n);
    const sums = { second: blank(n * n), known: blank(n * examples), twins: blank(n * n) };
    for (const [s, snapshot] of snapshots.entries()) {
      await breath.pause();
      const { held, eta, z } = snapshot.layers[l]!;
      const on = (columns: number, numbers: ArrayLike<number>, batch = 1): Matrix =>
        engine.upload({ batch, rows: samples, columns }, numbers);
      using heldZ = on(examples, held.z);
      using heldValues = on(examples, held.values);
      using white = on(n, eta);
      using both = on(n, z, 2);
      using normals = engine.normal({ rows: samples, columns: n }, { seed, stream: streams.deepTiedTest + 4 + l, step: s });
      await breath.pause();
      using carried = blended(engine, [heldZ, fromHeld], [white, fromOwn]);
      await breath.pause();
      using values = bentOn(engine, bend.activation, normals, rest, carried);
      using means = meansOn(engine, prior, heldZ, white, tie);
      await breath.pause();
      using targets = bentOn(engine, bend.activation, both, transposed(prior.factor, n), means);
      const share = 1 / snapshots.length;
      const add = (sum: Small, now: Small | undefined): Small => combined([1, sum], [share, now!]);
      const [second, known, twins] = await engine.outerMeans([[values, values], [values, heldValues], [values, targets]], () => breath.pause()); // prettier-ignore
      sums.second = add(sums.second, second);
      sums.known = add(sums.known, known);
      sums.twins = add(sums.twins, twins);
    }
    seen = sums;
    found.push({ twins: trace(sums.twins, n), source: trace(sums.second, n) });
  }
  return found;
}

const blank = (length: number): Small => new Float64Array(length);

/** [A B; Bᵀ D], A [p, p], B [p, n], D [n, n]. */
const blocks = (a: Small, b: Small, d: Small, p: number, n: number): Small =>
  Float64Array.from({ length: (p + n) ** 2 }, (_, at) => {
    const [i, j] = [Math.floor(at / (p + n)), at % (p + n)];
    if (i < p) return j < p ? a[i * p + j]! : b[i * n + j - p]!;
    return j < p ? b[j * n + i - p]! : d[(i - p) * n + j - p]!;
  });

/** [A B], A [·, p], B [·, n]. */
const beside = (a: Small, b: Small, p: number, n: number): Small =>
  Float64Array.from({ length: a.length + b.length }, (_, at) => {
    const [i, j] = [Math.floor(at / (p + n)), at % (p + n)];
    return j < p ? a[i * p + j]! : b[i * n + j - p]!;
  });

/** Columns `first … first + count − 1` of a matrix with `width` of them. */
const columns = (a: Small, first: number, count: number, width: number): Small =>
  Float64Array.from({ length: (a.length / width) * count }, (_, at) => a[Math.floor(at / count) * width + first + (at % count)]!);
