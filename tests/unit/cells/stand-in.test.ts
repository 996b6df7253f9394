import { describe, expect, test } from 'vitest';
import { bytesFile } from '$lib/data/byte-file';
import type { FileSource } from '$lib/data/dataset';
import { Problem } from '$lib/base/problem';
import { evaluate, filesWith } from '../../support/evaluate';
import { cifarBatch } from '../../support/pictures';

const embedded = filesWith();
/** The product's own files, and those given; others are refused with a problem of this kind. */
const files = (
  given: Readonly<Record<string, Uint8Array>>,
  refused: { readonly absent?: boolean; readonly host?: string } = { absent: true },
): FileSource => ({
  open: (name, signal) => {
    const bytes = given[name];
    if (bytes) return Promise.resolve(bytesFile(bytes));
    return name.startsWith('asset:') ? embedded.open(name, signal) : Promise.reject(new Problem(`file: ${name} is not here`, refused));
  },
});
const task = (more: string): string =>
  `t = images("batch.bin", positive: 1, negative: [8, 9], train: 20, test: 6, size: 7, ${more})\nx = t.dimension\n`;

describe('pictures that stand in for a file', () => {
  test('are those of the same classes and form, and every cell that uses them says so', async () => {
    const report = await evaluate(task('instead: "fashion-mnist"'), files({}));
    expect(report('t')).toMatchObject({ status: 'ok', fields: { train: 20, test: 6, dimension: 49 } });
    for (const key of ['t', 'x'])
      expect(report(key).warnings.join(), key).toContain('computed on the stand-in fashion-mnist, not on batch.bin: batch.bin is not here');
    const own = await evaluate(
      't = images(images: "fashion-mnist", positive: 1, negative: [8, 9], train: 20, test: 6, size: 7)',
      files({}),
    );
    expect(own('t')).toMatchObject({ status: 'ok', warnings: [] });
  });

  test('take names of CIFAR-10 for their numbers', async () => {
    const [named, numbered] = await Promise.all(
      ['positive: "ship", negative: "truck"', 'positive: 8, negative: 9'].map(async (sides) => {
        const report = await evaluate(
          `t = images("b.bin", ${sides}, train: 8, test: 4, size: 4, instead: "mnist")\ne = error(source_kernel(t, theory: "lazy"))`,
          files({}),
        );
        return report('e').fields.test;
      }),
    );
    expect(named).toEqual(numbered);
    expect(typeof named).toBe('number');
  });

  test('are not used where the file is there, or was refused, or asks for a host, or is pinned and another one', async () => {
    const given = await evaluate(task('instead: "mnist"'), files({ 'batch.bin': cifarBatch(120) }));
    expect(given('t')).toMatchObject({ status: 'ok', warnings: [] });
    const refused = await evaluate(task('instead: "mnist"'), files({}, {}));
    expect(refused('t')).toMatchObject({ status: 'error', problem: { message: 'file: batch.bin is not here' } });
    const asking = await evaluate(task('instead: "mnist"'), files({}, { host: 'x.org' }));
    expect(asking('t')).toMatchObject({ status: 'stopped', asksHost: 'x.org' });
    const damaged = await evaluate(task('instead: "mnist"'), files({ 'batch.bin': new Uint8Array(100) }));
    expect(damaged('t').status).toBe('error');
    const other = await evaluate(task(`instead: "mnist", sha256: "${'0'.repeat(64)}"`), files({ 'batch.bin': cifarBatch(120) }));
    expect(other('t').problem?.message).toContain('is another file than');
  });

  test('without the word the file is asked for', async () => {
    expect((await evaluate(task('seed: 1'), files({})))('t')).toMatchObject({ status: 'error' });
  });
});

describe('classes of CIFAR-100', () => {
  const hundred = files({ 'train.bin': cifarBatch(300, 100, (label) => label % 20) });
  const dataset = async (words: string) => (await evaluate(`t = images("train.bin", ${words}, train: 4, test: 2)`, hundred))('t');

  test('have their names, fine and coarse', async () => {
    expect(await dataset('positive: "apple", negative: ["worm", "maple_tree"]')).toMatchObject({ status: 'ok' });
    expect(await dataset('positive: "fish", negative: "vehicles_2", coarse: true')).toMatchObject({ status: 'ok' });
    expect((await dataset('positive: "fish", negative: "worm"')).problem?.message).toContain('"aquarium_fish"');
    expect((await dataset('positive: "apple", negative: 1, coarse: true')).problem?.message).toContain('"aquatic_mammals"');
  });
});
