import { solveSystems } from '$lib/backend/systems/solve';
import { Problem } from '$lib/base/problem';
import { illConditioned } from '../harness/ill-conditioned';
import { numbers, relativeError, withBackend } from '../harness/suite';

/** What a call says when it throws: a problem for people, or a bug. */
const said = async (work: () => unknown): Promise<string> => {
  try {
    await work();
    return 'nothing';
  } catch (error) {
    return `${error instanceof Problem ? 'problem' : 'bug'}: ${(error as Error).message}`;
  }
};

/** Sizes beyond the adapter in operations whose operands fit: what is said, bytes left over, and whether what follows works. */
export const beyond = () =>
  withBackend(async (backend) => {
    using tall = backend.zeros({ rows: 200_000, columns: 1 });
    using many = backend.zeros({ batch: 1, rows: 70_000, columns: 1 });
    using entries = backend.reshape(many, { batch: 70_000, rows: 1, columns: 1 });
    using one = backend.slice(entries, 0, 1);
    const operands = backend.liveBytes;
    const messages = {
      product: await said(() => backend.product(tall, tall, { transposeB: true })),
      gram: await said(() => backend.gram(tall)),
      kernelGram: await said(() => backend.kernelGram('erf', tall)),
      batch: await said(() => backend.cholesky(entries)),
      coefficients: await said(() => backend.combine([[new Array<number>(70_000).fill(1), one]])),
      upload: await said(() => backend.zeros({ batch: 1, rows: 2 ** 17, columns: 2 ** 17 })),
    };
    using small = backend.upload({ rows: 2, columns: 2 }, [2, 1, 1, 2]);
    using factor = backend.cholesky(small);
    using inverse = backend.inverse(factor);
    return { messages, leaked: backend.liveBytes - operands - 3 * 16 - 4, after: [...(await backend.read(inverse))] };
  });

/** Empty matrices: what is nothing is computed as nothing, and a system without rows is a problem. */
export const empty = () =>
  withBackend(async (backend) => {
    using noRows = backend.zeros({ rows: 0, columns: 3 });
    using noInner = backend.zeros({ rows: 2, columns: 0 });
    using none = backend.product(noRows, noRows, { transposeB: true });
    using nothing = backend.product(noInner, noInner, { transposeB: true });
    return {
      none: [...(await backend.read(none))],
      nothing: [...(await backend.read(nothing))],
      cholesky: await said(() => backend.cholesky(none)),
      solve: await said(() => solveSystems(backend, none, [0], [new Float64Array(0)])),
    };
  });

/** Not-a-number in a matrix and in a right-hand side of a batch, beside good ones: what is reported, and that the device still works. */
export const notANumber = () =>
  withBackend(async (backend) => {
    const n = 50;
    const good = illConditioned('erf', n, 1e3, 1);
    const bad = good.slice();
    bad[17 * n + 5] = NaN;
    bad[5 * n + 17] = NaN;
    const right = Float64Array.from(numbers(n, 2));
    const badRight = right.map((value, i) => (i === 9 ? NaN : value));
    using kernel = backend.upload({ batch: 3, rows: n, columns: n }, [...good, ...bad, ...good]);
    const solve = async () => {
      using solves = await solveSystems(backend, kernel, [0, 0, 0], [right, right, badRight], { jitter: ['auto', 'auto', 'auto'] });
      return solves.reports;
    };
    const [first, matrix, side] = await solve();
    const [again] = await solve();
    return {
      good: first!.failure ?? null,
      converged: first!.converged,
      matrix: matrix!.failure ?? null,
      jitter: matrix!.jitter.added,
      finite: [matrix!, side!].map(({ solution }) => solution.every((value) => Number.isFinite(value))),
      sideConverged: side!.converged,
      again: relativeError(again!.solution, first!.solution),
    };
  });
