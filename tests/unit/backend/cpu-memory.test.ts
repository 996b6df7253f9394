import { describe, expect, test } from 'vitest';
import type { Matrix } from '$lib/backend/backend';
import { createCpuBackend } from '$lib/backend/cpu';
import { FreeList } from '$lib/backend/cpu/free-list';
import { Problem } from '$lib/base/problem';
import { generator, numbers } from './naive';

describe('the free list', () => {
  test('joins what is given back with what is free on either side', () => {
    const list = new FreeList();
    list.give(0, 1024);
    const blocks = [0, 1, 2, 3].map(() => list.take(256)!);
    expect(blocks).toEqual([0, 256, 512, 768]);
    expect(list.take(64)).toBeUndefined();
    for (const i of [0, 2, 1, 3]) list.give(blocks[i]!, 256);
    expect(list.endingAt(1024)).toBe(1024);
    expect(list.take(1024)).toBe(0);
  });

  test('takes the smallest stretch that suffices, and refuses what is given back twice', () => {
    const list = new FreeList();
    list.give(0, 512);
    list.give(1024, 128);
    list.give(2048, 256);
    expect(list.take(128)).toBe(1024);
    expect(list.take(200)).toBe(2048);
    expect(() => list.give(0, 64)).toThrow('twice');
  });

  test('holds what it was given after many blocks of all sizes have come and gone', () => {
    const next = generator(5);
    const list = new FreeList();
    list.give(64, 1 << 20);
    const taken: { at: number; bytes: number }[] = [];
    for (let i = 0; i < 3000; i++) {
      if (taken.length > 40 || (taken.length > 0 && next() < 0.4)) {
        const [block] = taken.splice(Math.floor(next() * taken.length), 1);
        list.give(block!.at, block!.bytes);
      } else {
        const bytes = 64 * Math.ceil(next() ** 3 * 500);
        const at = list.take(bytes);
        if (at === undefined) continue;
        if (taken.some((other) => at < other.at + other.bytes && other.at < at + bytes)) throw new Error(`two blocks share ${at}`);
        taken.push({ at, bytes });
      }
      if (list.bytes + taken.reduce((sum, { bytes }) => sum + bytes, 0) !== 1 << 20) throw new Error(`bytes were lost in step ${i}`);
    }
    for (const { at, bytes } of taken) list.give(at, bytes);
    expect(list.endingAt(64 + (1 << 20))).toBe(1 << 20);
  });
});

describe('matrices of the cpu backend', { timeout: 300_000 }, () => {
  test('live bytes return to where they were after 200 mixed operations', async () => {
    const backend = await createCpuBackend({ threads: 1 });
    const next = generator(7);
    using kept = backend.upload({ batch: 2, rows: 20, columns: 20 }, numbers(800, 1));
    const before = backend.liveBytes;
    expect(before).toBe(6400);
    for (let i = 0; i < 200; i++) {
      const made: Matrix[] = [];
      const some = backend.slice(kept, i % 2);
      made.push(some, backend.reshape(kept, { rows: 40, columns: 20 }));
      const gram = backend.gram(some);
      const system = backend.addDiagonal(gram, 1 + next());
      made.push(gram, system);
      made.push(backend.product(some, kept), backend.combine([[2, kept]]), backend.transpose(some), backend.rowSums(kept));
      const factor = backend.cholesky(system);
      made.push(
        factor.lower,
        backend.solve(factor, some),
        backend.inverse(factor),
        backend.normal({ rows: 3, columns: 3 }, { seed: i, stream: 1, step: 0 }),
      );
      for (const matrix of made) matrix[Symbol.dispose]();
      made[0]![Symbol.dispose]();
    }
    expect(backend.liveBytes).toBe(before);
    backend.dispose();
  });

  test('what does not fit is a problem, and what fits afterwards is there', async () => {
    const backend = await createCpuBackend({ threads: 1 });
    expect(() => backend.zeros({ rows: 30_000, columns: 30_000 })).toThrow(Problem);
    expect(() => backend.zeros({ rows: 0.5, columns: 1 })).toThrow('cannot be');
    const [a, b] = [backend.zeros({ rows: 800, columns: 1000 }), backend.zeros({ rows: 2000, columns: 1000 })];
    expect(backend.liveBytes).toBe(8 * 2_800_000);
    a[Symbol.dispose]();
    b[Symbol.dispose]();
    b[Symbol.dispose]();
    expect(backend.liveBytes).toBe(0);
    await expect(backend.read(a)).rejects.toThrow('disposed');
    backend.dispose();
  });

  test('a view keeps the storage alive, and sees what is written', async () => {
    const backend = await createCpuBackend({ threads: 1 });
    const all = backend.upload({ batch: 3, rows: 1, columns: 2 }, [1, 2, 3, 4, 5, 6]);
    const last = backend.slice(all, 2);
    using one = backend.upload({ rows: 1, columns: 2 }, [7, 8]);
    backend.copy(one, all, 2);
    all[Symbol.dispose]();
    expect([...(await backend.read(last))]).toEqual([7, 8]);
    expect(backend.liveBytes).toBe(64);
    last[Symbol.dispose]();
    expect(backend.liveBytes).toBe(16);
    backend.dispose();
  });
});
