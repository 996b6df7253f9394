/**
 * Mutated sheets and links, seeded. `npm test` tries some; `npm run fuzz` tries 10,000 of each, and there time and memory count too.
 * A failure names its seed: `KERNELSHEET_FUZZ_FROM=seed KERNELSHEET_FUZZ=1 npm run fuzz` tries it again.
 */
import { deflateSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { compile } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import { toBase64url } from '$lib/sheet/base64url';
import { parse, parseFormula } from '$lib/sheet/parse';
import { printFormula } from '$lib/sheet/print';
import { decodeShare, encodeShare, LARGEST_SHARED } from '$lib/sheet/share';
import { place } from '$lib/ui/grid/placement';
import { readMarkdown } from '$lib/ui/markdown';
import { gallerySheets } from '../../support/gallery';
import { TestSheet } from '../../support/evaluate';
import { example } from '../sheet/example';
import { Choices, mutated } from './mutate';

const given = Number(process.env.KERNELSHEET_FUZZ ?? 0);
const count = given || 120;
const from = Number(process.env.KERNELSHEET_FUZZ_FROM ?? 0);
const seeds = Array.from({ length: count }, (_, index) => from + index);

/** Cheap to compute, of many kinds. */
const small = `# A small sheet
a @A1 = slider(2, min: 1, max: 10, step: 1)
s = choice("erf", ["erf", "relu"])
r = range(1, 3, count: 3)
e = each(1, 2)
b = a * 3 + r
c = b[r: 2] - min(b, over: r)
m = mean(b)
task = linear_task(dim: 3, train: 6, test: 4, seed: 1)
other = linear_task(like: task, alignment: 0.5, train: 4, test: 4, seed: 2)
pre = source_kernel(task, theory: "lazy", activation: "erf", temperature: 0.5)
link = coupling(pre, delta: e)
err = error(target_kernel(link, other)).test
fig = plot(b, err, x: r, title: "Lines")
map = heatmap(b)
ok = check(err < 2)
n = note("**Bold** $x^2$")
`;

const figures = { slowest: 0, slowestSeed: 0, most: 0, mostSeed: 0 };
/** Milliseconds of the processor that this process has had. */
const worked = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
/**
 * Keeps the figures of one try; with the full number they are held against the limits. Its time is that of the processor where the clock
 * says more: beside other programs a clock tells of them.
 */
const measured = async (seed: number, work: () => unknown): Promise<void> => {
  const before = process.memoryUsage();
  const [began, idle] = [performance.now(), worked()];
  await work();
  const took = Math.min(performance.now() - began, worked() - idle);
  const after = process.memoryUsage();
  const grown = Math.max(0, after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers);
  if (took > figures.slowest) Object.assign(figures, { slowest: took, slowestSeed: seed });
  if (grown > figures.most) Object.assign(figures, { most: grown, mostSeed: seed });
  if (given === 0) return;
  expect(took, `milliseconds of seed ${seed}`).toBeLessThan(2000);
  expect(grown, `bytes of seed ${seed}`).toBeLessThan(256 * 2 ** 20);
};

afterAll(() => {
  if (given === 0) return;
  const { slowest, slowestSeed, most, mostSeed } = figures;
  console.error(
    `${count} seeds from ${from}: slowest ${Math.round(slowest)} ms (seed ${slowestSeed}), most memory ${Math.round(most / 2 ** 20)} MiB (seed ${mostSeed})`,
  );
});

/** What the page does with a text before anything is computed. */
const open = (text: string): void => {
  const sheet = parse(text);
  compile(sheet, kinds);
  place(sheet.cells);
  readMarkdown(sheet.description);
  for (const { formula } of sheet.cells) {
    if (!formula) continue;
    const printed = printFormula(formula);
    expect(printFormula(parseFormula(printed))).toBe(printed);
  }
};

describe('mutated sheets', () => {
  test(`${count} of them are read without a fault, and print what reads back the same`, async () => {
    const sheets = [example, small, ...(await gallerySheets()).map(({ text }) => text)];
    for (const seed of seeds) {
      const choices = new Choices(seed);
      const text = mutated(choices.of(sheets), choices);
      await measured(seed, () => {
        try {
          open(text);
        } catch (error) {
          throw new Error(`seed ${seed}: ${JSON.stringify(text.slice(0, 2000))}`, { cause: error });
        }
      });
    }
  });

  test('small ones are computed without a fault of the program: what is wrong is a problem of its cell', async () => {
    const sheet = new TestSheet();
    const faults: string[] = [];
    // Computing takes longer than reading: a tenth of them.
    for (const seed of seeds.slice(0, Math.max(20, count / 10))) {
      const choices = new Choices(seed);
      const text = mutated(small, choices);
      sheet.reports.clear();
      await measured(seed, async () => {
        // What would take long is stopped; what has been said until then counts.
        const patience = new AbortController();
        const timer = setTimeout(() => {
          patience.abort();
        }, 1000);
        await sheet.host.evaluate(text, patience.signal);
        clearTimeout(timer);
      });
      for (const { key, problem } of sheet.reports.values())
        if (problem && /internal error/i.test(problem.message)) faults.push(`seed ${seed}, ${key}: ${problem.message}`);
    }
    sheet.host.dispose();
    expect(faults).toEqual([]);
  });
});

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/%#. é';

const crc32 = (bytes: Uint8Array): number => {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
};

/** A fragment changed in its letters, or made anew with a right checksum around changed bytes. */
const mutatedLink = (text: string, choices: Choices): string => {
  if (choices.below(2) === 0) {
    let fragment = encodeShare(text);
    for (let changes = 1 + choices.below(3); changes > 0; changes--) {
      const at = choices.below(fragment.length + 1);
      const letter = choices.of(Array.from(alphabet));
      fragment = choices.of([
        fragment.slice(0, at) + letter + fragment.slice(at + 1),
        fragment.slice(0, at) + letter + fragment.slice(at),
        fragment.slice(0, at) + fragment.slice(at + 1),
        fragment.slice(0, at),
        fragment + fragment.slice(at),
      ]);
    }
    return fragment;
  }
  // Some expand a thousand times.
  const bytes = choices.below(4) === 0 ? new Uint8Array(2 ** (10 + choices.below(16))) : new TextEncoder().encode(text);
  const compressed = deflateSync(bytes, { level: 9 });
  for (let changes = choices.below(4); changes > 0; changes--) compressed[choices.below(compressed.length)] = choices.below(256);
  const cut = choices.below(3) === 0 ? compressed.slice(0, choices.below(compressed.length + 1)) : compressed;
  return `1${toBase64url(Uint8Array.from([...new Uint8Array(new Uint32Array([crc32(cut)]).buffer), ...cut]))}`;
};

describe('mutated links', () => {
  test(`${count} of them are a text that can be shared again, or a problem`, async () => {
    const sheets = [example, small, 'a = 1', ...(await gallerySheets()).map(({ text }) => text)];
    for (const seed of seeds) {
      const choices = new Choices(seed);
      const fragment = mutatedLink(choices.of(sheets), choices);
      await measured(seed, () => {
        let text: string;
        try {
          text = decodeShare(fragment);
        } catch (error) {
          expect(error, `seed ${seed}`).toBeInstanceOf(Problem);
          return;
        }
        expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(LARGEST_SHARED);
        expect(decodeShare(encodeShare(text)), `seed ${seed}`).toBe(text);
        open(text);
      });
    }
  });
});
