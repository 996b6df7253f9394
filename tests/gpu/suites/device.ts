import { createWebGpuBackend, type WebGpuBackend } from '$lib/backend/webgpu/backend';
import { Problem } from '$lib/base/problem';
import { numbers, withOwnBackend } from '../harness/suite';

const made = async (): Promise<WebGpuBackend> => {
  const backend = await createWebGpuBackend({ gpu: navigator.gpu });
  if (backend instanceof Problem) throw backend;
  return backend;
};

const message = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    return `${error instanceof Problem ? 'problem' : 'bug'}: ${(error as Error).message}`;
  }
  return 'nothing was thrown';
};

/** A browser without WebGPU, or without an adapter, gives a problem as a value. */
export const absent = async () => {
  const none = await createWebGpuBackend({ gpu: undefined });
  const noAdapter = await createWebGpuBackend({ gpu: { requestAdapter: () => Promise.resolve(null) } as unknown as GPU });
  return [none, noAdapter].map((outcome) => (outcome instanceof Problem ? outcome.message : 'a backend'));
};

/** What storage counts: live bytes with views, released, reused, and the pool's bound. */
export const memory = () =>
  withOwnBackend(
    async (backend) => {
      const steps: number[] = [];
      const a = backend.zeros({ batch: 2, rows: 10, columns: 10 });
      const view = backend.slice(a, 1);
      steps.push(backend.liveBytes, view.bytes);
      a[Symbol.dispose]();
      a[Symbol.dispose]();
      steps.push(backend.liveBytes);
      view[Symbol.dispose]();
      steps.push(backend.liveBytes);
      const refused = await message(() => backend.slice(a, 0));
      // What was written by a disposed matrix does not shine through zeros made from the same buffer.
      for (let turn = 0; turn < 3; turn++) {
        using x = backend.upload({ rows: 20, columns: 10 }, numbers(200, 1));
        using y = backend.combine([[2, x]]);
        await backend.read(y);
      }
      using zeros = backend.zeros({ rows: 20, columns: 10 });
      const leftovers = (await backend.read(zeros)).filter((value) => value !== 0).length;
      for (let i = 1; i < 20; i++) backend.zeros({ rows: i, columns: 10_000 })[Symbol.dispose]();
      return { steps, refused, leftovers, pooled: backend.pooledBytes };
    },
    { pooledBytes: 1_000_000 },
  );

/** An upload into a buffer that recorded commands still read must not overtake them. */
export const uploadOrder = () =>
  withOwnBackend(async (backend) => {
    const results: number[] = [];
    const kept = [];
    for (let i = 0; i < 40; i++) {
      using x = backend.upload({ rows: 1, columns: 64 }, new Float32Array(64).fill(i));
      kept.push(backend.combine([[2, x]]));
    }
    for (const matrix of kept) {
      results.push((await backend.read(matrix))[63]!);
      matrix[Symbol.dispose]();
    }
    return results.every((value, i) => value === 2 * i);
  });

/** More than one submission's worth of dispatches, counted. */
export const dispatches = () =>
  withOwnBackend(async (backend) => {
    const before = backend.dispatches;
    let sum = backend.zeros({ rows: 1, columns: 3 });
    using one = backend.upload({ rows: 1, columns: 3 }, [1, 2, 3]);
    for (let i = 0; i < 1000; i++) {
      using last = sum;
      sum = backend.combine([
        [1, last],
        [1, one],
      ]);
    }
    using total = sum;
    return { dispatches: backend.dispatches - before, total: [...(await backend.read(total))] };
  });

/** Sizes beyond the adapter are refused before anything is allocated; what follows still works. */
export const tooLarge = () =>
  withOwnBackend(async (backend) => {
    const refused = await message(() => backend.zeros({ rows: 2 ** 20, columns: 2 ** 16 }));
    const live = backend.liveBytes;
    using small = backend.upload({ rows: 1, columns: 2 }, [1, 2]);
    return { refused, live, after: [...(await backend.read(small))] };
  });

/** A fault on the device: the next read rejects, so does every one after it, and `broken` tells why. */
export const fault = async () => {
  const backend = await made();
  using a = backend.upload({ rows: 1, columns: 2 }, [1, 2]);
  backend.device.createBuffer({ size: 16, usage: 0x1 | 0x2 | 0x80 });
  const first = await message(() => backend.read(a));
  const second = await message(() => backend.read(a));
  const broken = (await backend.broken).message;
  backend.dispose();
  return { first, second, broken };
};

/** A lost device: a read under way and every later one reject (never zeros), and `broken` resolves. */
export const loss = async () => {
  const backend = await made();
  using a = backend.upload({ rows: 1000, columns: 1000 }, numbers(1_000_000, 1));
  using b = backend.product(a, a);
  const underWay = message(() => backend.read(b));
  backend.device.destroy();
  const results = [await underWay, await message(() => backend.read(a)), await message(() => backend.settle())];
  return { results, broken: (await backend.broken).message };
};

/** After `dispose` a read is a bug of the caller and `broken` stays silent. */
export const disposed = async () => {
  const backend = await made();
  const a = backend.zeros({ rows: 1, columns: 2 });
  backend.dispose();
  let told = false;
  void backend.broken.then(() => {
    told = true;
  });
  const read = await message(() => backend.read(a));
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { read, told };
};
