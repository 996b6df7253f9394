import { expect, test } from './harness/test';

type Pictures = Record<string, { differing: number; bitmap: boolean; size: string }>;

const expected = (bitmap: boolean): Pictures => ({
  '1 × 1': { differing: 0, bitmap, size: '1 × 1' },
  '31 × 33': { differing: 0, bitmap, size: '33 × 31' },
  '65 × 257': { differing: 0, bitmap, size: '257 × 65' },
  averaged: { differing: 0, bitmap, size: '512 × 512' },
});

// Every frame of a WebGPU canvas needs a compositor on Vulkan, which a headless Chromium without a GPU must be told to use.
test.use({ composited: true });

for (const canvas of [true, false]) {
  const way = canvas ? 'a canvas, never read back' : 'their finished pixels';
  test(`heat maps leave the GPU by ${way}, in a page`, async ({ suite }) => {
    expect(await suite<Pictures>('paint', 'inPage', canvas)).toEqual(expected(canvas));
  });

  test(`heat maps leave the GPU by ${way}, in a worker`, async ({ suite }) => {
    expect(await suite<Pictures>('paint', 'inWorker', canvas)).toEqual(expected(canvas));
  });
}

test('without canvases off the screen they come by their pixels', async ({ suite }) => {
  expect(await suite('paint', 'withoutCanvas')).toEqual({ data: true, differing: 0 });
});
