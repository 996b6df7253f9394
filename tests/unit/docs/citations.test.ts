import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path);
    return /\.(ts|js|svelte|wgsl|md)$/.test(entry.name) ? [path] : [];
  });

const read = (path: string): string => readFileSync(path, 'utf8');

/** Numbers of the headings of a document: `## 2. …` and `### 2.1 …`. */
const sectionsOf = (text: string): Set<string> =>
  new Set([...text.matchAll(/^#{2,3} (\d+(?:\.\d+)?)[. ]/gm)].map(([, number = '']) => number));

const cited =
  /(theory|numerics|architecture)\.md\)?`?,?\s*(?:\*\s*)?(?:\/\/\s*)?(?:§|sections? )([\d.–, ]*(?:(?:and|or) )?(?:§?[\d.–]+)?(?:(?:,| and| or) §[\d.]+)*)/g;

/** Sections that a text cites, with their document: `theory.md §1–2`, `docs/theory.md section 2.3`, `theory.md §2 and §4`. */
const citationsIn = (text: string): { readonly document: string; readonly section: string }[] =>
  [...text.matchAll(cited)].flatMap(([, document = '', list = '']) => {
    const numbers = [...list.matchAll(/(\d+(?:\.\d+)?)(?:–(\d+))?/g)];
    return numbers.flatMap(([, first = '', last]) =>
      last === undefined
        ? [{ document, section: first }]
        : Array.from({ length: Number(last) - Number(first) + 1 }, (_, k) => ({ document, section: String(Number(first) + k) })),
    );
  });

describe('citations of the documents', () => {
  const sections = new Map(['theory', 'numerics', 'architecture'].map((name) => [name, sectionsOf(read(`docs/${name}.md`))]));
  const found = ['src', 'shaders', 'assembly', 'tests', 'docs']
    .flatMap(files)
    .filter((path) => path !== join('tests', 'unit', 'docs', 'citations.test.ts'))
    .flatMap((path) => citationsIn(read(path)).map((citation) => ({ path, ...citation })));

  it('reads the forms that are in use', () => {
    const of = (text: string): string[] => citationsIn(text).map(({ document, section }) => `${document} ${section}`);
    expect(of('`theory.md` §1–2. Also')).toEqual(['theory 1', 'theory 2']);
    expect(of('// … (docs/theory.md, section 2.3) is')).toEqual(['theory 2.3']);
    expect(of('`theory.md` §2 and §4 in')).toEqual(['theory 2', 'theory 4']);
    expect(of('(theory.md §2, §3), besides')).toEqual(['theory 2', 'theory 3']);
    expect(of('[numerics.md](numerics.md), section 9')).toEqual(['numerics 9']);
  });

  it('finds the sections of the theory', () => {
    expect([...(sections.get('theory') ?? [])]).toEqual(expect.arrayContaining(['0', '1', '2', '2.1', '2.5', '3', '4', '5', '6']));
    expect(found.length).toBeGreaterThan(90);
  });

  it('cites only sections that exist', () => {
    expect(found.filter(({ document, section }) => !sections.get(document)?.has(section))).toEqual([]);
  });
});

describe('the folders of the theories', () => {
  const readme = read('src/lib/theory/README.md');
  const theory = read('docs/theory.md');
  const rows = new Map([...readme.matchAll(/^\| `([\w/]+)` .*§([\d.]+) +\|$/gm)].map(([, folder = '', section = '']) => [folder, section]));
  const folders = readdirSync('src/lib/theory', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).split('src/lib/theory/')[1] ?? '');

  it('stand each in the README with a section that exists', () => {
    const sections = sectionsOf(theory);
    expect(folders.filter((folder) => !sections.has(rows.get(folder) ?? 'none'))).toEqual([]);
    expect([...rows.keys()].filter((folder) => !folders.includes(folder))).toEqual([]);
  });

  it('are named by their section of docs/theory.md', () => {
    const sectionOf = new Map(
      theory
        .split(/^(?=#{2,3} \d)/m)
        .slice(1)
        .map((part) => [/^#+ ([\d.]*\d)/.exec(part)?.[1] ?? '', part]),
    );
    const missing = [...rows].filter(
      ([folder, section]) => folder !== 'common' && !sectionOf.get(section)?.includes(`src/lib/theory/${folder}`),
    );
    expect(missing).toEqual([]);
  });
});
