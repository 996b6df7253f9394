import { activations } from '../../src/lib/base/activation';
import { expect, test } from './harness/test';

test('the maps give the check values of the theory', async ({ suite }) => {
  // The check values have ten digits; f32 has seven.
  expect(await suite<number>('nngp', 'checkValues')).toBeLessThan(5e-7);
});

test('the maps equal the reference for all variances and correlations, ±1 included', async ({ suite }) => {
  const errors = await suite<Record<string, { kernel: number; derivative: number }>>('nngp', 'maps');
  test.info().annotations.push({ type: 'errors', description: JSON.stringify(errors) });
  expect(Object.keys(errors)).toEqual([...activations]);
  for (const [activation, { kernel, derivative }] of Object.entries(errors)) {
    // tanh is a sum over 268 nodes and 384 terms, the others closed forms.
    expect(kernel, `${activation} ${JSON.stringify(errors)}`).toBeLessThan(activation === 'tanh' ? 5e-6 : 1e-6);
    // The angle of relu's derivative is as good as the root of the error of ab − c² allows: 2^(−35/2) = 5e-6.
    expect(derivative, `${activation} ${JSON.stringify(errors)}`).toBeLessThan(1e-5);
  }
});

test('correlation is exactly one on the diagonal', async ({ suite }) => {
  const errors = await suite<Record<string, number>>('nngp', 'diagonal');
  for (const [name, error] of Object.entries(errors)) expect(error, `${name} ${JSON.stringify(errors)}`).toBeLessThan(5e-6);
});

for (const depth of [1, 3]) {
  for (const activation of activations) {
    test(`NNGP and NTK of ${activation} at depth ${depth} equal the reference`, async ({ suite }) => {
      const { nngp, ntk } = await suite<{ nngp: number; ntk: number }>('nngp', 'recursion', { depth, activation });
      test.info().annotations.push({ type: 'errors', description: `${nngp} ${ntk}` });
      expect(nngp).toBeLessThan(1e-4);
      expect(ntk).toBeLessThan(1e-4);
    });
  }
}

test('a map of tanh may be cut into many submissions', async ({ suite }) => {
  const { nngp, ntk } = await suite<{ nngp: number; ntk: number }>('nngp', 'recursion', { depth: 1, activation: 'tanh', workLimit: 1e5 });
  expect(nngp).toBeLessThan(1e-4);
  expect(ntk).toBeLessThan(1e-4);
});

for (const [variant, workLimit] of [['registers'], ['registers', 1e5], ['shared']] as const)
  test(`maps of Gram matrices equal the reference, ${variant}${workLimit ? ', cut into many submissions' : ''}`, async ({ suite }) => {
    const errors = await suite<Record<string, number>>('nngp', 'kernelGrams', { variant, ...(workLimit && { workLimit }) });
    expect(Object.keys(errors)).toHaveLength(5 * 5 * 3 * 2);
    // tanh is a sum over 268 nodes and 384 terms, the others closed forms of a sum of up to 300 terms.
    const failing = Object.entries(errors).filter(([name, error]) => !(error <= (name.startsWith('tanh') ? 5e-6 : 2e-6)));
    expect(failing).toEqual([]);
  });

test('a kernel of points with themselves takes two dispatches, no Gram matrix, and is symmetric', async ({ suite }) => {
  expect(await suite('nngp', 'kernelGramOnce')).toEqual({ dispatches: 2, bytes: 4 * 150 * 150, asymmetric: 0 });
});

test('entries of NNGP and NTK are good to a few roundings at every scale, distance and depth', async ({ suite }) => {
  const worst = await suite<Record<string, { error: number; at: string }>>('nngp', 'entries');
  test.info().annotations.push({ type: 'errors', description: JSON.stringify(worst) });
  for (const [name, { error, at }] of Object.entries(worst)) expect(error, `${name} at ${at}`).toBeLessThan(2e-6);
});
