import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { importsOf, readImports, violations } from '../../scripts/floors.js';

const found = (imports: Record<string, string[]>): string[] => violations(new Map(Object.entries(imports)));

describe('the order of the floors', () => {
  test('imports that go down are in order', () => {
    expect(
      found({ 'src/lib/cells/a.ts': ['src/lib/theory/b.ts', 'src/lib/base/c.ts'], 'src/lib/theory/b.ts': ['src/lib/backend/d.ts'] }),
    ).toEqual([]);
  });

  test('an import that goes up is found', () => {
    expect(found({ 'src/lib/base/a.ts': ['src/lib/backend/b.ts'] })).toEqual([
      'src/lib/base/a.ts imports src/lib/backend/b.ts: that goes up a floor',
    ]);
  });

  test('an import between rooms of one floor is found', () => {
    expect(found({ 'src/lib/theory/a.ts': ['src/lib/data/b.ts'] })).toHaveLength(1);
    expect(found({ 'src/lib/backend/webgpu/a.ts': ['src/lib/backend/reference/b.ts'] })).toHaveLength(1);
    expect(found({ 'src/lib/backend/backend.ts': ['src/lib/backend/webgpu/b.ts'] })).toHaveLength(1);
  });

  test('the cpu backend may use the reference, which may not use it', () => {
    expect(found({ 'src/lib/backend/cpu/a.ts': ['src/lib/backend/reference/b.ts'] })).toEqual([]);
    expect(found({ 'src/lib/backend/reference/a.ts': ['src/lib/backend/cpu/b.ts'] })).toHaveLength(1);
  });

  test('the backends may use their interface', () => {
    expect(found({ 'src/lib/backend/webgpu/a.ts': ['src/lib/backend/backend.ts'] })).toEqual([]);
  });

  test('the rooms of the theories may use their hall, and not each other', () => {
    expect(found({ 'src/lib/theory/flow/a.ts': ['src/lib/theory/common/b.ts', 'src/lib/theory/theory.ts'] })).toEqual([]);
    expect(found({ 'src/lib/theory/flow/a.ts': ['src/lib/theory/bayes/b.ts'] })).toHaveLength(1);
    expect(found({ 'src/lib/theory/common/a.ts': ['src/lib/theory/lazy/b.ts'] })).toHaveLength(1);
  });

  test('a circle is found, and a file imported twice is none', () => {
    expect(found({ 'src/cli/a.ts': ['src/cli/b.ts'], 'src/cli/b.ts': ['src/cli/c.ts'], 'src/cli/c.ts': ['src/cli/a.ts'] })).toEqual([
      'circle: src/cli/a.ts → src/cli/b.ts → src/cli/c.ts → src/cli/a.ts',
    ]);
    expect(found({ 'src/cli/a.ts': ['src/cli/b.ts', 'src/cli/c.ts'], 'src/cli/b.ts': ['src/cli/c.ts'], 'src/cli/c.ts': [] })).toEqual([]);
  });

  test('a file that stands on no floor is found', () => {
    expect(found({ 'src/lib/other/a.ts': [] })).toEqual(['src/lib/other/a.ts stands on no floor']);
  });

  test('types, re-exports, dynamic imports and Svelte scripts are imports too', () => {
    expect(importsOf("import type { A } from './a';\nexport { b } from './b';\nconst c = await import('./c');")).toEqual([
      './a',
      './b',
      './c',
    ]);
    expect(importsOf('<script lang="ts">\nimport A from \'./A.svelte\';\n</script>\n<p>import x from "y"</p>', true)).toEqual([
      './A.svelte',
    ]);
  });

  test('every import of this checkout goes down, and none in a circle', () => {
    const imports = readImports(fileURLToPath(new URL('../..', import.meta.url)));
    expect(imports.get('src/lib/worker/protocol.ts')).toContain('src/lib/graph/kind.ts');
    expect(violations(imports)).toEqual([]);
  });
});
