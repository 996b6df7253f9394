import { expect, test } from 'vitest';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { apart, flowStages, meanEnd, networkChain, theoryChain } from '../support/flow-chain';
import { quietly } from '../support/networks';

/** `theory.md` §3, three stages: the theory against four networks of 10⁴ neurons, errors and kernels of every stage within 1 %. */
test('a chain of three tasks by gradient flow', async () => {
  const theory = await theoryChain(createReferenceBackend(), flowStages, 16_384, quietly());
  const networks = [1, 2, 3, 4].map((seed) => networkChain(flowStages, 10_000, seed, 0.1));
  const rows = flowStages.map(({ task }, k) => ({
    stage: k + 1,
    theory: theory[k]!.test,
    networks: networks.map((ends) => ends[k]!.test.toFixed(5)).join(' '),
    ...apart(theory[k]!, meanEnd(networks.map((ends) => ends[k]!)), task),
  }));
  console.table(rows);
  for (const { kernel, test, train } of rows) for (const difference of [kernel, test, train]) expect(difference).toBeLessThan(0.01);
});
