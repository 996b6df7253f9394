import { numbers, relativeError, withBackend } from '../harness/suite';

/** A B against a sum in double precision. */
export const smoke = () =>
  withBackend(async (backend) => {
    const [n, k, m] = [31, 33, 17];
    const [x, z] = [numbers(n * k, 1), numbers(k * m, 2)];
    using a = backend.upload({ rows: n, columns: k }, x);
    using b = backend.upload({ rows: k, columns: m }, z);
    using c = backend.product(a, b);
    using twice = backend.combine([
      [1, c],
      [1, c],
    ]);
    const expected = Float64Array.from({ length: n * m }, (_, i) => {
      let sum = 0;
      for (let l = 0; l < k; l++) sum += x[Math.floor(i / m) * k + l]! * z[l * m + (i % m)]!;
      return sum;
    });
    return {
      adapter: backend.adapter,
      product: relativeError(await backend.read(c), expected),
      twice: relativeError(
        await backend.read(twice),
        expected.map((value) => 2 * value),
      ),
    };
  });
