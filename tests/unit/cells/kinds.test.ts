import { expect, test } from 'vitest';
import { kinds, namedKinds } from '$lib/cells/registry';
import { compile } from '$lib/cells/compile/compile';
import { parse } from '$lib/sheet/parse';

test.each(namedKinds.map((kind) => [kind.name, kind] as const))(
  '%s: its example compiles, every parameter says what it is',
  (name, kind) => {
    const text = name === 'note' ? kind.example : `cell = ${kind.example}`;
    const names = ['source', 'pre', 'delta', 'link', 'target', 'post', 'err', 'nets'].map((each) => `${each} = 1`).join('\n');
    const { nodes } = compile(parse(`${names}\n${text}`), kinds);
    expect(nodes.filter(({ problem }) => problem).map(({ id, problem }) => `${id}: ${problem?.message}`)).toEqual([]);
    expect(kind.meaning).not.toBe('');
    for (const parameter of Object.values(kind.parameters)) {
      expect(parameter.meaning).not.toBe('');
      expect(parameter.expected).not.toBe('');
    }
    for (const positional of kind.positional) expect(kind.parameters).toHaveProperty(positional);
  },
);

test('every default satisfies its own schema', async () => {
  const { readParameter } = await import('$lib/cells/parameter');
  for (const kind of namedKinds)
    for (const [name, parameter] of Object.entries(kind.parameters))
      if (parameter.fallback !== undefined) expect(readParameter(name, parameter, parameter.fallback)).toEqual(parameter.fallback);
});
