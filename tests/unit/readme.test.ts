import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compile } from '$lib/cells/compile/compile';
import { kinds, namedKinds } from '$lib/cells/registry';
import { parse } from '$lib/sheet/parse';

const readme = readFileSync('README.md', 'utf8');

test('the README names every kind', () => {
  for (const { name } of namedKinds) expect(readme).toContain(`\`${name}\``);
});

test('the README’s sheet has five lines and no problem', () => {
  const text = /```\n(source = [^`]*)```/.exec(readme)?.[1] ?? '';
  const sheet = parse(text);
  expect(sheet.cells).toHaveLength(5);
  expect(compile(sheet, kinds).nodes.filter(({ problem }) => problem)).toEqual([]);
});
