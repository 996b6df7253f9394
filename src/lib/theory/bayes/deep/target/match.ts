import type { Matrix, WalkerBackend } from '$lib/backend/backend';
import { lowerFactor, pseudoInverse, solveLower, times, transposed, type Small } from '$lib/theory/bayes/deep/target/small';

/** The inverse of the second moments of columns [M, p], given as blocks side by side. Cost M p² and some 10 p³. `pause` is awaited between parts. */
export async function inverseOf(engine: WalkerBackend, blocks: readonly Matrix[], pause: () => Promise<void>): Promise<Small> {
  const starts = startsOf(blocks);
  const p = starts.at(-1)!;
  const second = new Float64Array(p * p);
  const found = await engine.outerMeans(
    blocks.flatMap((x) => blocks.map((y) => [x, y] as const)),
    pause,
  );
  found.forEach((part, at) => {
    const [i, j] = [Math.floor(at / blocks.length), at % blocks.length];
    const width = blocks[j]!.columns;
    part.forEach((value, k) => (second[(starts[i]! + Math.floor(k / width)) * p + starts[j]! + (k % width)] = value));
  });
  return pseudoInverse(second, p, 1e-9);
}

/** Where each block of columns begins, and where the last ends. */
const startsOf = (blocks: readonly Matrix[]): readonly number[] =>
  blocks.reduce<number[]>((starts, { columns }) => [...starts, starts.at(-1)! + columns], [0]);

/**
 * Normals [M, n], changed in place, made empirically white, without mean and without correlation with columns [M, p], given as
 * blocks side by side: so a draw of the disorder has
 * the moments that it has on average, and of its noise only the higher orders stay. `inverse` gives what `inverseOf` the columns is, where that is known. `pause` is awaited between
 * parts; what it throws leaves normals half made.
 */
export async function match(
  engine: WalkerBackend,
  normals: Matrix,
  blocks: readonly Matrix[],
  pause: () => Promise<void>,
  inverse = () => inverseOf(engine, blocks, pause),
): Promise<void> {
  const { rows: samples, columns: n } = normals;
  const starts = startsOf(blocks);
  const p = starts.at(-1)!;
  if (samples <= n + p + 2) return;
  using ones = engine.upload({ rows: samples, columns: 1 }, new Float64Array(samples).fill(1));
  /** X ← X − C S for S [·, n]. */
  const without = (carrier: Matrix, shares: Small): void => {
    using uploaded = engine.upload({ rows: carrier.columns, columns: n }, shares);
    engine.product(carrier, uploaded, { alpha: -1, beta: 1, into: normals });
  };
  const [mean] = await engine.outerMeans([[ones, normals]], pause);
  without(ones, mean!);
  await pause();
  const crossed = new Float64Array(p * n);
  (
    await engine.outerMeans(
      blocks.map((block) => [block, normals]),
      pause,
    )
  ).forEach((part, i) => {
    crossed.set(part, starts[i]! * n);
  });
  const slopes = times(await inverse(), crossed, p);
  await pause();
  for (const [i, block] of blocks.entries()) without(block, slopes.subarray(starts[i]! * n, starts[i + 1]! * n));
  await pause();
  const [second] = await engine.outerMeans([[normals, normals]], pause);
  // x ← L⁻¹x.
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  using whitening = engine.upload({ rows: n, columns: n }, transposed(solveLower(lowerFactor(second!, n), identity, n), n));
  using white = engine.product(normals, whitening);
  engine.copy(white, normals);
}
