import { expect, test } from './harness/test';

type Errors = Record<string, number>;

/** Every case by name, so that a failure says which; not-a-number fails. */
const expectBelow = (errors: Errors, tolerance: number): void => {
  expect(Object.keys(errors).length).toBeGreaterThan(0);
  const failing = Object.entries(errors).filter(([, error]) => !(error <= tolerance));
  expect(failing).toEqual([]);
};

// One rounding a term at most, sums of up to 260 terms: √260 · 2⁻²⁴ is 1e-6.
for (const variant of ['registers', 'shared']) {
  test(`products by ${variant} equal the reference`, async ({ suite }) => {
    expectBelow(await suite<Errors>('operations', 'products', { variant }), 2e-6);
  });

  test(`products by ${variant} may be cut into many submissions`, async ({ suite }) => {
    expectBelow(await suite<Errors>('operations', 'products', { variant, workLimit: 1e5 }), 2e-6);
  });
}

// At most seven roundings of the largest term.
test('elementwise operations, views and copies equal the reference', async ({ suite }) => {
  expectBelow(await suite<Errors>('operations', 'elementwise'), 4e-7);
});

// 7 roundings a level of 2⁻²⁴ in the worst case, 4 levels; relative to the sum of the sizes of the terms.
test('sums keep their accuracy over long rows', async ({ suite }) => {
  expectBelow(await suite<Errors>('operations', 'sums'), 2e-7);
});

// A normal of size 6 rounded to f32 is off by 2.4e-7; the head of box_muller.wgsl states 2e-6.
test('normals are those of the reference', async ({ suite }) => {
  expectBelow(await suite<Errors>('operations', 'normals'), 2e-6);
});
