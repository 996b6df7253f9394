import { expect, test } from '@playwright/test';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, realpathSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeShare } from '../../src/lib/sheet/share';
import { findBrowser } from '../../src/cli/browser';
import { findDawn } from '../../src/cli/dawn';
import { kernelsheet, npxKernelsheet } from '../support/command-line';

/** What `--json` writes, as the contract has it. */
interface Written {
  readonly version: number;
  readonly engine: { readonly backend: string; readonly adapter: string; readonly threads?: number };
  readonly cells: Readonly<Record<string, WrittenCell>>;
}
interface WrittenCell {
  readonly kind: string;
  readonly status: string;
  readonly milliseconds: number;
  readonly axes: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly fields: Readonly<Record<string, unknown>>;
  readonly diagnostics: Readonly<Record<string, number>>;
}

let folder: string;
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernelsheet-'));
});
test.afterAll(() => rm(folder, { recursive: true }));

const sheet = async (text: string): Promise<string> => {
  const file = join(folder, 'sheet.ksheet');
  await writeFile(file, text);
  return file;
};
const written = async (): Promise<Written> => JSON.parse(await readFile(join(folder, 'out.json'), 'utf8')) as Written;
const toJson = (): string[] => ['--json', join(folder, 'out.json')];
const onReference = ['--backend', 'reference'];

const smallSheet = `task = linear_task(dim: 4, train: 8, test: 20, noise: 0.1, scale: 1, seed: 1)
width = slider(0.5, min: 0.1, max: 2)
pre = source_kernel(task, theory: "lazy", activation: "erf", temperature: width)
err = error(pre)
fits = check(err.train < err.test)
`;

/** A browser that tells that it was started, and does nothing else. */
const recordingBrowser = async (): Promise<{ environment: Record<string, string>; wasStarted: () => boolean }> => {
  const browser = join(folder, 'recording-browser');
  const record = join(folder, 'started');
  await rm(record, { force: true });
  await writeFile(browser, `#!/bin/sh\n: > "${record}"\nexit 1\n`);
  await chmod(browser, 0o755);
  return { environment: { KERNELSHEET_BROWSER: browser }, wasStarted: () => existsSync(record) };
};

/** What `auto` is on the machine of the test. */
const automatic = async (): Promise<'webgpu' | 'cpu'> => ((await findDawn())?.software === false ? 'webgpu' : 'cpu');

test('the default sheet on auto: status 0, the JSON of the contract, and no browser is started', async () => {
  const { environment, wasStarted } = await recordingBrowser();
  const ended = await npxKernelsheet(['run', 'src/lib/ui/default.ksheet', ...toJson()], { environment });
  expect(ended.status, ended.errors).toBe(0);
  expect(wasStarted()).toBe(false);
  const { version, engine, cells } = await written();
  expect(version).toBe(1);
  expect(engine.backend).toBe(await automatic());
  if (engine.backend === 'cpu') expect(engine.threads).toBe(availableParallelism());
  expect(engine.adapter).not.toBe('');
  const keys = ['gamma', 'delta', 'source', 'target', 'pre', 'link', 'post', 'err', 'figure', 'verdict'];
  expect(Object.keys(cells)).toEqual(keys);
  expect(
    ended.output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0]),
  ).toEqual(keys);
  const { err, post, verdict, gamma } = cells;
  if (!err || !post || !verdict || !gamma) throw new Error('a cell is missing');
  expect(err).toMatchObject({ kind: 'error', status: 'ok' });
  expect(err.axes.map(({ name, values }) => [name, values.length])).toEqual([['delta', 13]]);
  for (const name of ['train', 'test', 'bias', 'variance', 'classification']) {
    expect(err.fields[name]).toHaveLength(13);
    expect((err.fields[name] as number[]).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  }
  expect(Object.values(err.diagnostics).every(Number.isFinite)).toBe(true);
  expect(gamma.fields).toEqual({ value: 2 });
  expect(verdict.fields).toMatchObject({ pass: true, left: expect.any(Number), right: expect.any(Number) });
  const matrices = post.fields['matrix'] as { rows: number; columns: number; data: number[] }[];
  expect(matrices.map(({ rows, columns, data }) => [rows, columns, data.length])).toEqual(Array(13).fill([12, 12, 144]));
});

test('the default sheet on WebGPU: status 0, and its check passes', async () => {
  const ended = await kernelsheet([
    'run',
    'src/lib/ui/default.ksheet',
    ...toJson(),
    '--backend',
    'webgpu',
    '--set',
    'delta=each(0.01, 3, 1000)',
  ]);
  expect(ended.status, ended.errors).toBe(0);
  const { engine, cells } = await written();
  expect(engine.backend).toBe('webgpu');
  expect(engine.adapter).not.toBe('');
  expect(Object.values(cells).map(({ status }) => status)).toEqual(Array(10).fill('ok'));
  expect(cells['verdict']?.fields).toMatchObject({ pass: true });
});

test('a small sheet says the same on WebGPU, on cpu and on the reference; the processor needs no browser', async () => {
  const file = await sheet(smallSheet);
  const { environment, wasStarted } = await recordingBrowser();
  const errors: number[] = [];
  for (const [backend, more] of [
    ['webgpu', {}],
    ['reference', { environment }],
    ['cpu', { environment }],
  ] as const) {
    const ended = await kernelsheet(['run', file, ...toJson(), '--backend', backend], more);
    expect(ended.status, ended.errors).toBe(0);
    const { engine, cells } = await written();
    expect(engine.backend).toBe(backend);
    expect(engine.threads).toBe({ webgpu: undefined, reference: 1, cpu: availableParallelism() }[backend]);
    errors.push(cells['err']?.fields['test'] as number);
  }
  expect(wasStarted()).toBe(false);
  const [onGpu = NaN, exact = NaN, onCpu = NaN] = errors;
  // Lazy kernels agree to 1e-4 relative in 32 bits, and to rounding in 64.
  expect(Math.abs(onGpu / exact - 1)).toBeLessThan(1e-4);
  expect(Math.abs(onCpu / exact - 1)).toBeLessThan(1e-9);
});

test('--threads says how many threads compute, and the numbers do not depend on it', async () => {
  const file = await sheet(smallSheet);
  const errors: unknown[] = [];
  for (const threads of [1, 2]) {
    const ended = await kernelsheet(['run', file, ...toJson(), '--backend', 'cpu', '--threads', String(threads)]);
    expect(ended.status, ended.errors).toBe(0);
    const { engine, cells } = await written();
    expect(engine.threads).toBe(threads);
    errors.push(cells['err']?.fields);
  }
  expect(errors[1]).toEqual(errors[0]);
});

/** What makes Dawn find an adapter in Node: on Linux the software adapter that comes with Chromium. */
const driver = (): Record<string, string> => {
  if (process.platform !== 'linux') return {};
  const folders = [dirname(realpathSync(findBrowser())), '/usr/lib/chromium', '/opt/google/chrome'];
  const place = folders.find((name) => ['libvulkan.so.1', 'vk_swiftshader_icd.json'].every((file) => existsSync(join(name, file))));
  if (place === undefined) throw new Error(`no Vulkan driver beside the browser: looked in ${folders.join(', ')}`);
  return { LD_LIBRARY_PATH: place, VK_ICD_FILENAMES: join(place, 'vk_swiftshader_icd.json') };
};

test('WebGPU runs in Node, without a browser, where the package webgpu finds an adapter that was named; auto takes no software', async () => {
  const file = await sheet(smallSheet);
  const { environment, wasStarted } = await recordingBrowser();
  const named = { environment: { ...environment, ...driver() } };
  const onGpu = await kernelsheet(['run', file, ...toJson(), '--backend', 'webgpu'], named);
  expect(onGpu.status, onGpu.errors).toBe(0);
  expect((await written()).engine.backend).toBe('webgpu');
  expect((await kernelsheet(['run', file, ...toJson()], named)).status).toBe(0);
  // On Linux the named driver is the only one there is.
  expect((await written()).engine.backend).toBe(process.platform === 'linux' ? 'cpu' : await automatic());
  expect(wasStarted()).toBe(false);
});

test('progress goes to standard error, one line a cell to standard output, a table a cell to --csv', async () => {
  const tables = join(folder, 'tables');
  const ended = await kernelsheet(['run', await sheet(smallSheet), '--csv', tables, ...onReference]);
  expect(ended.output.trimEnd().split('\n')).toHaveLength(5);
  expect(ended.output).toMatch(/^fits +check +\d+ ms {2}pass/m);
  expect(ended.errors).toMatch(/^err: ok$/m);
  expect(await readdir(tables)).toEqual(['err.csv', 'fits.csv', 'pre.csv', 'task.csv', 'width.csv']);
  expect(await readFile(join(tables, 'width.csv'), 'utf8')).toBe('value\n0.5\n');
});

test('--set replaces an input, also by an axis', async () => {
  const ended = await kernelsheet(['run', await sheet(smallSheet), '--set', 'width=each(0.1, 1)', ...toJson(), ...onReference]);
  expect(ended.status, ended.errors).toBe(0);
  const { cells } = await written();
  expect(cells['err']?.axes).toEqual([{ name: 'width', values: [0.1, 1] }]);
  expect(cells['err']?.fields['test']).toHaveLength(2);
});

test('the sheet comes from standard input or a share link too', async () => {
  const text = 'x = 1 + 1';
  for (const [name, input] of [
    ['-', text],
    [`http://localhost/#${encodeShare(text)}`, ''],
  ] as const) {
    const ended = await kernelsheet(['run', name, ...onReference], { input });
    expect(ended, ended.errors).toMatchObject({ status: 0, output: expect.stringMatching(/^x +value +\d+ ms {2}2\n$/) });
  }
});

for (const backend of ['webgpu', 'auto', 'reference']) {
  test(`a table beside the sheet is read on ${backend}`, async () => {
    await writeFile(join(folder, 'points.csv'), 'a,b,y\n1,0,1\n0,1,-1\n1,1,0.5\n0.5,1,2\n');
    const file = await sheet('t = table("points.csv", label: "y", test: 1)\nbad = table("none.csv", label: "y")');
    const ended = await kernelsheet(['run', file, ...toJson(), '--backend', backend]);
    expect(ended.status, ended.errors).toBe(1);
    const { cells } = await written();
    expect(cells['t']).toMatchObject({ status: 'ok', fields: { train: 3, test: 1, dimension: 2 } });
    expect(cells['bad']).toMatchObject({ status: 'error', message: expect.stringContaining('none.csv'), line: 2 });
  });
}

test('status 1 when a check failed, or a cell is in error, with its place; other cells compute', async () => {
  const failed = await kernelsheet(['run', await sheet('x = 1\nc = check(x > 2)'), ...onReference]);
  expect(failed).toMatchObject({ status: 1, output: expect.stringContaining('FAIL') });
  const ended = await kernelsheet(['run', await sheet('x = 1\n  y = nosuch(2)\nz = y + 1\nw = ((\n'), ...toJson(), ...onReference]);
  expect(ended.status).toBe(1);
  const { cells } = await written();
  expect(cells['x']).toMatchObject({ status: 'ok', fields: { value: 1 } });
  expect(cells['y']).toMatchObject({ status: 'error', message: expect.stringContaining('nosuch'), line: 2, column: 7 });
  expect(cells['z']).toMatchObject({ status: 'waiting' });
  expect(cells['w']).toMatchObject({ status: 'error', line: 4 });
  expect(ended.errors).not.toContain('    at ');
});

test('status 1 when the time is up, and what was done is told', async () => {
  // A minute of work, so that no machine is done with it in time.
  const slow =
    't = digits(positive: 0, negative: 1, train: 150)\npre = source_kernel(t, theory: "bayes", activation: "tanh", gamma: 2, particles: 16384)\n';
  const ended = await kernelsheet(['run', await sheet(slow), '--timeout', '1.5', ...toJson(), ...onReference]);
  expect(ended.status, ended.errors).toBe(1);
  const { cells } = await written();
  expect(cells['t']).toMatchObject({ status: 'ok' });
  expect(cells['pre']).toMatchObject({ status: 'error', message: 'was not done after 1.5 s (--timeout)' });
});

test('status 2 when the sheet or the call cannot be read', async () => {
  const file = await sheet('x = 1');
  for (const words of [
    ['run', join(folder, 'none')],
    ['run'],
    ['run', file, '--fast'],
    ['run', file, '--set', 'y=1'],
    ['run', file, '--set', 'x=1 +'],
    ['run', '#1damaged'],
    ['run', file, '--json', join(file, 'out.json')],
  ]) {
    const ended = await kernelsheet([...words, ...onReference]);
    expect(ended, words.join(' ')).toMatchObject({ status: 2, output: '' });
    expect(ended.errors).toContain('kernelsheet: ');
    expect(ended.errors).not.toContain('    at ');
  }
});

test('status 3 when WebGPU was asked for and there is no adapter, or no browser; all else needs neither', async () => {
  const file = await sheet('x = 1');
  // A browser that is not told to offer a software adapter, and may not use a GPU.
  const blind = join(folder, 'blind-browser');
  const drop = 'for word; do shift; case $word in --enable-unsafe-webgpu) ;; *) set -- "$@" "$word" ;; esac; done';
  await writeFile(blind, `#!/bin/sh\n${drop}\nexec "${findBrowser()}" "$@" --disable-gpu\n`);
  await chmod(blind, 0o755);
  for (const browser of [blind, join(folder, 'no-browser')]) {
    const environment = { KERNELSHEET_BROWSER: browser };
    const ended = await kernelsheet(['run', file, '--backend', 'webgpu'], { environment });
    expect(ended).toMatchObject({ status: 3, output: '' });
    expect(ended.errors).toContain('no GPU adapter');
    for (const engine of [[], ['--backend', 'cpu'], onReference])
      expect((await kernelsheet(['run', file, ...engine], { environment })).status).toBe(0);
  }
});
