import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { numbers } from './naive';

test('combine', async () => {
  const cpu = await createCpuBackend();
  const reference = createReferenceBackend();
  const a = numbers(3 * 31 * 33, 1);
  const b = numbers(31 * 33, 2);
  const both = [cpu, reference].map((backend) => {
    const x = backend.upload({ batch: 3, rows: 31, columns: 33 }, a);
    const y = backend.upload({ rows: 31, columns: 33 }, b);
    return backend.read(
      backend.product(
        backend.combine([
          [2, x],
          [[1, 2, 3], y],
        ]),
        y,
        { transposeB: true },
      ),
    );
  });
  const [got, right] = await Promise.all(both);
  got!.forEach((value, i) => expect(value).toBeCloseTo(right![i]!, 12));
});
