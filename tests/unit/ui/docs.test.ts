import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import { theoryNames } from '$lib/cells/theory-parameters';
import { parse } from '$lib/sheet/parse';
import { byPurpose } from '$lib/ui/docs/kinds';
import { headingsOf, piecesOf } from '$lib/ui/docs/prose';
import { kindReports } from '$lib/worker/kind-reports';

const page = (name: string): string => readFileSync(`src/lib/ui/docs/${name}.md`, 'utf8');

describe.each(['language', 'theories', 'numerics'])('the page on %s', (name) => {
  test('is divided, and every sheet in it can be read', () => {
    expect(headingsOf(page(name)).length).toBeGreaterThan(3);
    for (const { text } of piecesOf(page(name)).filter(({ type }) => type === 'sheet'))
      expect(compile(parse(text), kinds).nodes.flatMap(({ problem }) => (problem ? [problem.message] : []))).toEqual([]);
  });
});

test('the page on the language has sheets', () => {
  expect(piecesOf(page('language')).filter(({ type }) => type === 'sheet')).toHaveLength(4);
});

test('every theory is explained', () => {
  for (const name of theoryNames) expect(page('theories')).toContain(`theory: "${name}"`);
});

test('every kind is under some purpose', () => {
  const reports = kindReports();
  expect(
    byPurpose(reports)
      .flatMap(({ members }) => members.map(({ name }) => name))
      .toSorted(),
  ).toEqual(reports.map(({ name }) => name).toSorted());
});
