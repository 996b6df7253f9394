import { within } from '$lib/base/within';
import { cholesky } from './linalg/cholesky';
import { product } from './operations/product';
import type { Context, Variant } from './context';

/** Operations whose variant is measured. */
export interface Choices {
  readonly product: Variant;
  readonly cholesky: Variant;
}

/** Keeps the measurements of an adapter from one visit to the next. It is passed in, since storage belongs to higher floors. */
export interface TuningMemory {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

/** How much a measurement may take. */
export interface Measuring {
  /** Milliseconds after which the assumed variants stay. */
  readonly budget: number;
  /** Rows of the matrices. */
  readonly size: number;
}

export const usualMeasuring: Measuring = { budget: 300, size: 512 };

const variants = ['registers', 'shared'] as const;
const measured = ['product', 'cholesky'] as const;

/** Increase it when the variants change so much that old measurements mean nothing. */
const edition = 1;

/** A run is repeated until it takes about this many milliseconds: then the noise of timers and submissions is small beside it. */
const wantedTime = 8;
const mostRepeats = 64;
/** A first run that takes this many times as long is not repeated. */
const hopeless = 4;

/**
 * Chooses the variants of products and factorisations for this adapter: those remembered, else the faster in a short measurement, which is
 * then remembered. Variants that there is no time to measure stay as assumed; that is remembered too, so that they are not tried at every start.
 */
export async function chooseVariants(context: Context, memory: TuningMemory | undefined, measuring: Measuring): Promise<void> {
  const key = `variants ${edition} of ${context.gpu.name}`;
  // Storage that fails is treated as empty.
  const known = choicesIn(await memory?.get(key).catch(() => undefined));
  if (known) {
    context.tune(known);
    return;
  }
  const assumed: Choices = { product: context.tuning.product, cholesky: context.tuning.cholesky };
  const choices = (await measure(context, measuring)) ?? assumed;
  context.tune(choices);
  memory?.set(key, JSON.stringify(choices)).catch(() => undefined);
}

const choicesIn = (text: string | undefined): Choices | undefined => {
  if (text === undefined) return undefined;
  try {
    const { product, cholesky } = JSON.parse(text) as Partial<Record<string, unknown>>;
    const variant = (value: unknown) => variants.find((one) => one === value);
    const [a, b] = [variant(product), variant(cholesky)];
    return a && b && { product: a, cholesky: b };
  } catch {
    return undefined;
  }
};

/** The faster variant of each operation, or undefined when the time was up before all were known. */
async function measure(context: Context, { budget, size }: Measuring): Promise<Choices | undefined> {
  const deadline = performance.now() + budget;
  const { trials, dispose } = trialsOf(context, size);
  try {
    const kernels = context.executor.rehearse(() => {
      for (const variant of variants)
        for (const name of measured) {
          context.tune({ product: variant, cholesky: variant });
          trials[name]();
        }
    });
    const prepared = context.executor.prepare(kernels).then(() => true);
    if (!(await within(Math.max(0, deadline - performance.now()), prepared))) return undefined;
    const found: Partial<Record<(typeof measured)[number], Variant>> = {};
    for (const name of measured) {
      const faster = await fasterOf(context, trials[name], deadline);
      if (!faster) return undefined;
      found[name] = faster;
    }
    return found as Choices;
  } finally {
    dispose();
  }
}

type Trials = Readonly<Record<(typeof measured)[number], () => void>>;

/** The work that is timed: a product and a factorisation of matrices with `size` rows. */
function trialsOf(context: Context, size: number): { readonly trials: Trials; readonly dispose: () => void } {
  const shape = { rows: size, columns: size };
  const diagonal = new Float32Array(size * size);
  for (let i = 0; i < size; i++) diagonal[i * (size + 1)] = 1;
  const matrix = context.upload(shape, diagonal);
  return {
    trials: {
      product: () => {
        product(context, matrix, matrix)[Symbol.dispose]();
      },
      cholesky: () => {
        cholesky(context, matrix)[Symbol.dispose]();
      },
    },
    dispose: () => {
      matrix[Symbol.dispose]();
    },
  };
}

/** Best time of each variant, measured in turns. A first run tells how often to repeat it. */
async function fasterOf(context: Context, trial: () => void, deadline: number): Promise<Variant | undefined> {
  const time = async (variant: Variant, repeats: number): Promise<number> => {
    context.tune({ product: variant, cholesky: variant });
    const start = performance.now();
    for (let i = 0; i < repeats; i++) trial();
    await context.settle();
    return (performance.now() - start) / repeats;
  };
  await context.settle();
  const best = { registers: Infinity, shared: Infinity };
  for (let round = 0; round < 3; round++) {
    const slowest = hopeless * Math.min(best.registers, best.shared);
    for (const variant of variants) {
      if (best[variant] > slowest) continue;
      if (performance.now() > deadline) return undefined;
      const repeats = round === 0 ? 1 : Math.min(mostRepeats, Math.ceil(wantedTime / best[variant]));
      best[variant] = Math.min(best[variant], await time(variant, repeats));
    }
  }
  return best.registers < best.shared ? 'registers' : 'shared';
}
