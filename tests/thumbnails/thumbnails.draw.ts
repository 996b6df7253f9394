import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { parse } from '$lib/sheet/parse';
import { filesWith, TestSheet } from '../support/evaluate';
import { thumbnailOf } from '../support/thumbnail';

/** The lines of a sheet that its figure needs. */
const needed = (text: string, figure: string): string => {
  const lines = new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const name = /^([A-Za-z_]\w*)\s*(@\S+)?\s*=/.exec(line)?.[1];
      return name === undefined ? [] : [[name, line]];
    }),
  );
  const found = new Set<string>();
  const visit = (name: string): void => {
    const line = lines.get(name);
    if (line === undefined || found.has(name)) return;
    found.add(name);
    for (const word of line.slice(line.indexOf('=')).match(/[A-Za-z_]\w*/g) ?? []) visit(word);
  };
  visit(figure);
  return [...lines].flatMap(([name, line]) => (found.has(name) ? [line] : [])).join('\n');
};

/** The first figure of each sheet. */
const figureOf = (text: string): string => {
  const figures = parse(text).cells.filter(({ formula }) => formula?.type === 'call' && ['plot', 'heatmap'].includes(formula.name));
  return (figures.find(({ key }) => key.startsWith('figure')) ?? figures[0])!.key;
};

for (const file of readdirSync('static/gallery').filter((name) => name.endsWith('.ksheet')))
  test(file, async () => {
    const text = readFileSync(`static/gallery/${file}`, 'utf8');
    const figure = figureOf(text);
    const sheet = new TestSheet(filesWith(), await createCpuBackend({ threads: 1 }));
    await sheet.evaluate(needed(text, figure));
    const view = await sheet.host.view(figure, { point: 0, theme: 'light' });
    if (view.type !== 'plot' && view.type !== 'heatmap')
      throw new Error(`${figure} is ${view.type}: ${JSON.stringify(sheet.reports.get(figure))}`);
    const picture = thumbnailOf(view);
    expect(picture.length).toBeLessThan(15_000);
    writeFileSync(`static/gallery/${file.replace('.ksheet', '.svg')}`, picture);
    sheet.host.dispose();
  });
