import { parseArgs } from 'node:util';

export interface Options {
  /** Names of families; all when empty. */
  readonly families: readonly string[];
  readonly repetitions: number;
  /** Peak of the GPU in TFLOP/s of f32, where it is known. */
  readonly peak?: number;
  readonly help: boolean;
}

export const usage = `npm run bench [-- OPTIONS] [FAMILY…]
  FAMILY             product, cholesky, substitution, inverse, batch …; all when none is named
  --repetitions N    timed runs of each contestant, 5 by default; their median counts
  --peak TFLOPS      f32 peak of the GPU, to give speeds as a share of it
A run of all families is kept as tests/bench/results/<adapter>.json.`;

const positive = (text: string, name: string): number => {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new Error(`--${name}: expected a positive number, got "${text}"`);
  return value;
};

export function readOptions(argv: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { repetitions: { type: 'string', default: '5' }, peak: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  return {
    families: positionals,
    repetitions: Math.ceil(positive(values.repetitions, 'repetitions')),
    ...(values.peak !== undefined && { peak: positive(values.peak, 'peak') }),
    help: values.help,
  };
}
