/** Arithmetic operations between two yields, roughly: some ten milliseconds. */
const pieceWork = 2 ** 24;

/**
 * Cuts `count` rows (or numbers) of `workEach` operations each into pieces [first, end), each begun at a multiple of `multiple` and, if that
 * allows, of no more than `pieceWork`.
 */
export const piecesOf = (count: number, workEach: number, multiple: number): [first: number, end: number][] => {
  const each = Math.max(1, Math.floor(pieceWork / Math.max(1, workEach) / multiple)) * multiple;
  return Array.from({ length: Math.ceil(count / each) }, (_, i) => [i * each, Math.min(count, (i + 1) * each)]);
};
