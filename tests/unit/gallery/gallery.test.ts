import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { compile } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import { parse } from '$lib/sheet/parse';
import { decodeShare, encodeShare } from '$lib/sheet/share';
import { gallery } from '$lib/ui/gallery/catalogue';
import { evaluate } from '../../support/evaluate';

const files = readdirSync('static/gallery').filter((name) => name.endsWith('.ksheet'));
const textOf = (file: string): string => readFileSync(`static/gallery/${file}`, 'utf8');

test('the gallery lists every sheet there is, once', () => {
  const listed = gallery.flatMap(({ sheets }) => sheets.map(({ id }) => `${id}.ksheet`));
  expect(listed.toSorted()).toEqual(files.toSorted());
});

test('every card has a small picture of its figure', () => {
  for (const file of files) {
    const picture = textOf(file.replace('.ksheet', '.svg'));
    expect(picture.length, file).toBeLessThan(15_000);
    // Something is drawn beside the axes.
    expect(picture.match(/<(polyline|path|circle) /g)!.length, file).toBeGreaterThan(1);
    expect(picture, file).not.toMatch(/NaN|Infinity|undefined/);
  }
  expect(readdirSync('static/gallery').filter((name) => name.endsWith('.svg'))).toHaveLength(files.length);
});

describe.each(files)('%s', (file) => {
  const text = textOf(file);
  const sheet = parse(text);
  const checks = sheet.cells.filter(({ formula }) => formula?.type === 'call' && formula.name === 'check');

  test('has a title, a description and something to look at, and no cell lies over another', () => {
    expect(sheet.title.length).toBeGreaterThan(10);
    expect(sheet.description.length).toBeGreaterThan(40);
    expect(sheet.cells.some(({ note }) => note)).toBe(true);
    expect(compile(sheet, kinds).nodes.flatMap(({ problem }) => (problem ? [problem.message] : []))).toEqual([]);
    expect(sheet.cells.flatMap(({ problem }) => (problem ? [problem.message] : []))).toEqual([]);
  });

  test('survives its link', () => {
    expect(decodeShare(encodeShare(text))).toBe(text);
  });

  test('computes, and passes its checks in double precision', { timeout: 300_000 }, async () => {
    expect(checks.length).toBeGreaterThan(0);
    const report = await evaluate(text, undefined, await createCpuBackend({ threads: 1 }));
    for (const { key } of sheet.cells) expect(report(key), key).toMatchObject({ status: 'ok' });
    for (const { key } of checks) expect(report(key).fields.pass, key).toBe(true);
  });
});
