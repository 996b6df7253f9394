import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { alone } from '../support/longest-first';

it('suites that are named to run alone exist under these names', () => {
  expect(alone.filter((name) => !existsSync(new URL(`${name}.test.ts`, import.meta.url)))).toEqual([]);
});
