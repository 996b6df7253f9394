export const operations = [
  'upload',
  'product',
  'gram',
  'kernelGram',
  'combine',
  'hadamard',
  'transpose',
  'diagonal',
  'rowSums',
  'rowExtremes',
  'dot',
  'reorder',
  'slice',
  'reshape',
  'copy',
  'normal',
  'features',
  'system',
] as const;

export type Operation = (typeof operations)[number];

/** One operation of a random sequence; i, j and k choose operands, sizes and options as each operation reads them, x is in [−1, 1]. */
export interface Step {
  readonly operation: Operation;
  readonly i: number;
  readonly j: number;
  readonly k: number;
  readonly x: number;
}
