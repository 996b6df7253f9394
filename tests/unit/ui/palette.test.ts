import { describe, expect, it } from 'vitest';
import { parse } from '$lib/sheet/parse';
import { place } from '$lib/ui/grid/placement';
import { joinPlots, joins } from '$lib/ui/palette/join';
import { placeFor, put, candidatesOf } from '$lib/ui/palette/put';
import { rank } from '$lib/ui/palette/rank';
import type { PaletteEntry, Candidates } from '$lib/ui/palette/candidates';
import { wire } from '$lib/ui/palette/wire';
import { kindReports } from '$lib/worker/kind-reports';
import { evaluate } from '../../support/evaluate';

const kinds = kindReports().filter(({ purpose }) => purpose !== 'function');

/** The candidates in a sheet of which a cell is selected. */
const candidates = (text: string, selected?: string): Candidates => {
  const sheet = parse(text);
  return candidatesOf(sheet, place(sheet.cells), kinds, new Set(selected === undefined ? [] : [selected]));
};
const entry = (kind: string, name?: string): PaletteEntry => {
  const found = kinds.find((one) => one.name === kind);
  const recipe = found?.recipes.find((one) => name === undefined || one.name === name);
  if (!found || !recipe) throw new Error(`no recipe ${kind} ${name}`);
  return { kind: found, recipe };
};
const names = (entries: readonly PaletteEntry[]): string[] => entries.map(({ recipe }) => recipe.name);

const chain = `delta = range(0.1, 10, count: 3)
source = linear_task(dim: 3, train: 5, test: 4)
pre = source_kernel(source, theory: "lazy")
link = coupling(pre, delta: delta)
`;

describe('wiring', () => {
  it('takes the selected cell, and cells of the right type for the rest', () => {
    expect(wire(entry('source_kernel'), candidates(chain, 'source'))).toBe(
      'source_kernel(source, theory: "bayes", activation: "erf", temperature: 0.05)',
    );
    expect(wire(entry('coupling'), candidates(chain, 'pre'))).toBe('coupling(pre, delta: delta)');
    const two = `${chain}other = linear_task(dim: 3, train: 5, test: 4)\nthird = linear_task(dim: 3, train: 6, test: 4)\n`;
    expect(wire(entry('target_kernel'), candidates(two, 'other'))).toBe('target_kernel(link, other)');
    // Not the task that the coupling comes from, unless there is no other.
    expect(wire(entry('target_kernel'), candidates(two, 'link'))).toBe('target_kernel(link, third)');
    expect(wire(entry('target_kernel'), candidates(chain, 'link'))).toBe('target_kernel(link, source)');
  });

  it('reads fields of errors, and leaves out what may be left out', () => {
    expect(wire(entry('plot'), candidates('scores = error(1)'))).toBe('plot(scores.test)');
    expect(wire(entry('plot'), candidates('delta = range(1, 2, count: 2)\n@B1 = error(1)'))).toBe('plot(B1.test, x: delta)');
  });

  it('makes in place what an empty sheet has not', () => {
    expect(wire(entry('coupling'), candidates(''))).toMatch(/^coupling\(source_kernel\(digits\(.*\), theory: "bayes", .*\)\)$/);
    expect(wire(entry('error'), candidates(''))).toMatch(/^error\(/);
  });

  it('keeps what is no call, and follows the names of the sheet', () => {
    expect(wire(entry('note'), candidates(''))).toBe(String.raw`"Markdown, with $\TeX$"`);
    expect(wire(entry('linear_task', 'target'), candidates('a = linear_task(dim: 3)'))).toContain('like: a');
  });
});

describe('the order of the palette', () => {
  it('begins with what continues the selected cell', () => {
    expect(names(rank(candidates(chain.slice(0, chain.indexOf('pre')), 'source'), ''))[0]).toBe('pre');
    expect(names(rank(candidates(chain.slice(0, chain.indexOf('link')), 'pre'), ''))[0]).toBe('link');
    const two = `${chain}target = linear_task(dim: 3, train: 5, test: 4)\n`;
    expect(names(rank(candidates(two, 'target'), ''))[0]).toBe('post');
    expect(names(rank(candidates(`${two}post = target_kernel(link, target)\n`, 'post'), ''))[0]).toBe('err');
    expect(names(rank(candidates(`${two}err = error(target_kernel(link, target))\n`, 'err'), ''))[0]).toBe('figure');
  });

  it('finds by name, by beginning, by meaning; and what is not there yet before what is', () => {
    expect(names(rank(candidates(''), 'dig'))).toEqual(['source', 'target']);
    expect(names(rank(candidates('source = digits()'), 'dig'))).toEqual(['target', 'source']);
    expect(rank(candidates(''), 'eigenvalues')[0]?.kind.name).toBe('spectrum');
    expect(rank(candidates(''), 'no such thing')).toEqual([]);
  });
});

describe('new networks', () => {
  const theory = `${chain}target = linear_task(like: source, train: 5, test: 4)
post = target_kernel(link, target)
err = error(post)
alone = error(pre)
`;
  const after = (figures: string): string => {
    const text = theory + figures;
    const line = entry('networks', 'nets');
    const wired = wire(line, candidates(text, 'link'));
    return joinPlots(text, joins(line, wired, candidates(text, 'link')), 'nets', ({ key }) => key).slice(theory.length);
  };

  it('are drawn with the curves of the theory that predicts them, the same fields of both', () => {
    expect(after('figure = plot(err.test, err.bias, x: delta, title: "a")')).toBe(
      'figure = plot(err.test, err.bias, nets.test, nets.bias, x: delta, title: "a")',
    );
    expect(after('a = plot(err.test)\nb = plot(err.train, x: delta) # all\n')).toBe(
      'a = plot(err.test, nets.test)\nb = plot(err.train, nets.train, x: delta) # all\n',
    );
  });

  it('are kept out of pictures of anything else', () => {
    for (const other of ['plot(alone.test, x: delta)', 'plot(log(err.test), x: delta)', 'heatmap(err.test)'])
      expect(after(`figure = ${other}`)).toBe(`figure = ${other}`);
    expect(joins(entry('error'), 'error(post)', candidates(`${theory}figure = plot(err.test)`))).toEqual([]);
  });
});

describe('the place of a new cell', () => {
  const at = (text: string, column: number, row: number, kind = 'slider') =>
    placeFor(kind, { column, row, lastColumn: column, lastRow: row }, place(parse(text).cells));

  it('is the selected square, else to its right, else below', () => {
    expect(at('a @A1 = 1', 1, 0)).toMatchObject({ column: 1, row: 0 });
    expect(at('a @A1 = 1\nb @B1 = 1', 0, 0)).toMatchObject({ column: 2, row: 0 });
    expect(at('a @A1:E1 = 1', 0, 0)).toMatchObject({ column: 0, row: 1 });
    expect(at('a @A1 = 1', 0, 0, 'plot')).toMatchObject({ column: 1, row: 0, lastColumn: 3, lastRow: 2 });
  });

  it('takes a free name', () => {
    const area = { column: 4, row: 4, lastColumn: 4, lastRow: 4 };
    expect(put(parse('err @A1 = 1\n'), 'err', area, 'error(post)')).toBe('err @A1 = 1\nerr_2 @E5 = error(post)\n');
    expect(put(parse('note @A1 = "a"\n'), 'note', area, '"b"')).toBe('note @A1 = "a"\nnote @E5 = "b"\n');
  });
});

it('every recipe computes in an empty sheet, but for those that want a file, and a plot, which says that something must be swept', async () => {
  for (const kind of kinds)
    for (const recipe of kind.recipes) {
      if (['table', 'images'].includes(kind.name)) continue;
      const formula = wire({ kind, recipe }, candidates(''));
      const small = formula
        .replace(/train: \d+/g, 'train: 6')
        .replace(/test: \d+/g, 'test: 4')
        .replace(/width: .*seeds: \d(, burn_in.*thinning: 1)?/g, 'width: 4, seeds: 2, burn_in: 4, samples: 4')
        .replace(/"bayes"/g, '"lazy"');
      const text = recipe.name === 'note' ? `note @A1 = ${small}` : `cell = ${small}`;
      const report = (await evaluate(text))(recipe.name === 'note' ? 'A1' : 'cell');
      const said = report.problem?.message.replace(/.*(sweep one of its inputs).*/, '$1');
      expect([recipe.name, said]).toEqual([recipe.name, kind.name === 'plot' ? 'sweep one of its inputs' : undefined]);
    }
});
