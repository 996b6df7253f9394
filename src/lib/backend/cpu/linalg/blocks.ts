/** Bytes of scratch of a product in blocks: `assembly/linalg/block.ts` packs two factors of 144 × 256 numbers and keeps a tile. */
export const blockScratch = 128 + 2 * 144 * 256 * 8;

/** The largest sizes of blocks, first; each a multiple of a tile's four. */
const sizes = [144, 96, 72, 48];

/** `count` cut into equal blocks of at most `most`, a multiple of four. */
const even = (count: number, most: number): number => 4 * Math.ceil(Math.max(1, count) / Math.max(1, Math.ceil(count / most)) / 4);

/**
 * Rows and columns of the blocks into which `batch` results of rows × columns are cut: as large as may be while every thread gets three of
 * them. The result does not depend on it.
 */
export const blocksOf = (rows: number, columns: number, batch: number, threads: number): { tall: number; wide: number; blocks: number } => {
  const cut = (most: number) => {
    const [tall, wide] = [even(rows, most), even(columns, most)];
    return { tall, wide, blocks: batch * Math.ceil(rows / tall) * Math.ceil(columns / wide) };
  };
  const found = sizes.find((size) => threads === 1 || cut(size).blocks >= 3 * threads);
  return cut(found ?? 48);
};

/** How many blocks of `size` rows and columns the lower triangle of n rows has. */
export const triangleBlocks = (n: number, size: number): number => {
  const down = Math.ceil(n / size);
  return (down * (down + 1)) / 2;
};
