import { expect, it } from 'vitest';
import type { ShaderUse } from '$lib/backend/backend';
import { shadersOf } from '$lib/worker/shaders';

const account = (...uses: ShaderUse[]) => ({ close: () => undefined, uses: () => Promise.resolve(uses) });
const use = (name: string, dispatches: number, timed: number, milliseconds: number): ShaderUse => ({
  name,
  dispatches,
  timed,
  milliseconds,
});

it('accounts are added up; of what was timed in part, the time of all is told', async () => {
  const first = account(use('product', 4, 4, 2), use('features', 10, 2, 3), use('rare', 1, 0, 0));
  const second = account(use('product', 2, 2, 4));
  // An account counts once, and what is no account of shaders not at all.
  expect(await shadersOf([first, second, first, { close: () => undefined }])).toEqual([
    { name: 'features', dispatches: 10, timed: 2, milliseconds: 15 },
    { name: 'product', dispatches: 6, timed: 6, milliseconds: 6 },
    { name: 'rare', dispatches: 1, timed: 0 },
  ]);
});
