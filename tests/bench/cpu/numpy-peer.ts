import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FusedTask } from './fused';

/** NumPy and SciPy in a process of their own, see `numpy_fused.py`. */
export interface NumpyPeer {
  /** What it says of itself: its version and its threads. */
  readonly versions: string;
  prepare(task: FusedTask): Promise<void>;
  /** Does the task once: milliseconds, by its own clock. */
  run(): Promise<number>;
  values(): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/** @throws Error where there is no Python with NumPy and SciPy. */
export const startNumpy = async (threads: number): Promise<NumpyPeer> => {
  const folder = await mkdtemp(join(tmpdir(), 'kernelsheet-bench-'));
  const said = { OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const child = spawn('python3', [fileURLToPath(new URL('numpy_fused.py', import.meta.url))], {
    env: { ...process.env, ...said },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: AsyncIterator<string, undefined> = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done) throw new Error('there is no Python with NumPy and SciPy');
    return next.value;
  };
  const asked = (line: string): Promise<string> => {
    child.stdin.write(`${line}\n`);
    return answer();
  };
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  return {
    versions: await answer(),
    prepare: async ({ name, operands }) => {
      const files: Record<string, { shape: readonly number[]; file: string }> = {};
      for (const [operand, { shape, data }] of Object.entries(operands)) {
        const file = join(folder, operand);
        await writeFile(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
        files[operand] = { shape, file };
      }
      await asked(JSON.stringify({ task: name, operands: files }));
    },
    run: async () => Number(await asked('run')),
    values: async () => {
      const file = join(folder, 'values');
      await asked(`values ${file}`);
      const bytes = await readFile(file);
      return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    },
    dispose: async () => {
      child.kill();
      await rm(folder, { recursive: true });
    },
  };
};
