import { describe, expect, it } from 'vitest';
import { compile } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import { parse } from '$lib/sheet/parse';
import { chunkText } from '$lib/sweep/chunk-text';
import { cutIntoChunks } from '$lib/sweep/chunks';
import { wholeNodes } from '$lib/sweep/dependence';
import { sweepFolder } from '$lib/sweep/folder';
import { readManifest } from '$lib/sweep/manifest';
import { readClusterOptions } from '$lib/sweep/run-script';
import { countWork, describeRepeated } from '$lib/sweep/shared-work';
import { sweepSheet } from '../../support/sweeps';

const axis = (name: string, count: number): { name: string; values: number[] } => ({
  name,
  values: Array.from({ length: count }, (_, i) => i),
});

describe('cutIntoChunks', () => {
  it.each([
    [[12], 6, 6],
    [[12], 5, 5],
    [[3, 4], 12, 12],
    [[3, 4], 5, 4],
    [[5, 7], 100, 35],
    [[1], 3, 1],
  ])('cuts axes of lengths %j, at most %i parts wanted, into %i grids that cover each point once', (lengths, wanted, parts) => {
    const axes = lengths.map((length, i) => axis(`a${i}`, length));
    const chunks = cutIntoChunks(axes, wanted);
    expect(chunks.map(({ task }) => task)).toEqual(Array.from({ length: parts }, (_, i) => i));
    const points = chunks.flatMap((chunk) =>
      chunk.axes.reduce<string[]>((all, { values }) => all.flatMap((one) => values.map((value) => `${one} ${String(value)}`)), ['']),
    );
    expect(new Set(points).size).toBe(points.length);
    expect(points.length).toBe(lengths.reduce((product, length) => product * length, 1));
  });

  it('makes parts of nearly equal size', () => {
    expect(cutIntoChunks([axis('a', 10)], 4).map(({ axes }) => axes[0]?.values.length)).toEqual([2, 3, 2, 3]);
  });

  it.each([0, -1, 1.5, NaN])('refuses %s parts', (wanted) => {
    expect(() => cutIntoChunks([axis('a', 2)], wanted)).toThrow('--chunks: must be a whole number ≥ 1');
  });
});

describe('chunkText', () => {
  it('replaces the axis by its values as they are, and nothing else', () => {
    const text = 'a = range(0, 1, count: 3) # steps\nb = each("x\\"y", true, [1, 2])\nc = a + 1\n';
    const cut = chunkText(text, {
      axes: [
        { name: 'a', values: [0.1 + 0.2, -1e-7, 1e21] },
        { name: 'b', values: ['x"y', true, [1, 2]] },
      ],
    });
    expect(cut).toBe('a = each(0.30000000000000004, -1e-7, 1e21) # steps\nb = each("x\\"y", true, [1, 2])\nc = a + 1\n');
    expect(parse(cut).cells.every(({ problem }) => !problem)).toBe(true);
  });
});

describe('wholeNodes', () => {
  const of = (text: string, ...axes: string[]): string[] =>
    wholeNodes(compile(parse(text), kinds), new Set(axes)).filter((node) => !node.includes('/'));

  it('are those that see a cut axis as a whole, and what depends on them', () => {
    expect(of(sweepSheet(), 'draw')).toEqual(['low', 'figure', 'verdict']);
    expect(of(sweepSheet(), 'delta')).toEqual(['best', 'low', 'figure', 'verdict']);
  });

  it.each([
    ['x = range(0, 1)\ny = range(0, 1)\nf = x * y\nm = max(f, over: y)\nn = m + 1', 'x', []],
    ['x = range(0, 1)\ny = range(0, 1)\nf = x * y\nm = max(f, over: y)\nn = m + 1', 'y', ['m', 'n']],
    ['x = range(0, 1)\nf = x * 2\ng = f[x: 0.5]\nh = g + x', 'x', ['g', 'h']],
    ['x = range(0, 1)\ny = range(0, 1)\nf = x * y\ng = f[x: 0.5, y: 1]', 'y', ['g']],
    ['x = range(0, 1)\nm = x * 2 / max(x)', 'x', ['m']],
  ])('of %j, %s cut, are %j', (text, axis, nodes) => {
    expect(of(text, axis)).toEqual(nodes);
  });
});

describe('countWork', () => {
  const text = sweepSheet();
  const axes = [axis('draw', 12), axis('delta', 5)];

  it('counts what every task computes for itself, and says so', () => {
    const work = countWork(compile(parse(text), kinds), axes, cutIntoChunks([axis('draw', 12)], 12));
    expect(work).toEqual([
      { node: 'pre', kind: 'source_kernel', whole: 1, chunks: 12 },
      { node: 'post', kind: 'target_kernel', whole: 60, chunks: 60 },
      { node: 'err', kind: 'error', whole: 60, chunks: 60 },
    ]);
    expect(describeRepeated(work).join('\n')).toContain('pre (source_kernel): 1 of the sheet, 12 by all tasks');
  });

  it('finds no repetition where the source depends on the axis too', () => {
    const swept = text.replace('train: 8, test: 10, seed: 1', 'train: 8, test: 10, seed: draw');
    const work = countWork(compile(parse(swept), kinds), axes, cutIntoChunks([axis('draw', 12)], 12));
    expect(describeRepeated(work)).toEqual([expect.stringContaining('No work is repeated')]);
  });
});

describe('readClusterOptions', () => {
  it('reads options of sbatch', () => {
    expect(readClusterOptions('partition=gpu, time=01:00:00, gres=gpu:1, --exclusive, nodelist="a,b"')).toEqual([
      ['partition', 'gpu'],
      ['time', '01:00:00'],
      ['gres', 'gpu:1'],
      ['exclusive', ''],
      ['nodelist', 'a,b'],
    ]);
  });

  it.each(['array=1-3', 'signal=USR2', '1x=2', '=2', 'a=1\nrm'])('refuses %j', (text) => {
    expect(() => readClusterOptions(text)).toThrow('--slurm: ');
  });
});

describe('sweepFolder', () => {
  const over = [axis('draw', 12)];
  const plan = {
    program: '1.0.0',
    text: sweepSheet(),
    files: new Map([['data/a b.csv', new TextEncoder().encode('1,2\n')]]),
    over,
    chunks: cutIntoChunks(over, 12),
    cluster: { options: [['time', '01:00:00']] as const, atMost: 4, backend: 'cpu' },
    work: ['some work'],
  };
  const contentOf = (path: string, of = plan): string => String(sweepFolder(of).find((file) => file.path === path)?.content ?? '');

  it('has an array job that is told before its time is up and queued anew', () => {
    const script = contentOf('run.sh');
    for (const line of ['--array=0-11%4', '--signal=USR1@120', '--requeue', '--time=01:00:00'])
      expect(script).toContain(`\n#SBATCH ${line}\n`);
  });

  it('lists what each task fixes, a row a task', () => {
    const manifest = readManifest(contentOf('sweep.json'));
    expect(contentOf('points.csv').split('\n').slice(0, 3)).toEqual([
      'task,draw,part',
      `0,0,${manifest.chunks[0]?.hash}`,
      `1,1,${manifest.chunks[1]?.hash}`,
    ]);
  });

  it('holds the files of the sheet by their hashes', () => {
    const [file] = readManifest(contentOf('sweep.json')).files;
    expect(file).toMatchObject({ name: 'data/a b.csv', path: `files/${file?.hash}-a-b.csv` });
    expect(sweepFolder(plan).map(({ path }) => path)).toContain(file?.path);
  });

  it('gives parts other names when sheet, files, program or values change', () => {
    const hashes = [
      plan,
      { ...plan, text: `${plan.text}\n# more` },
      { ...plan, program: '1.0.1' },
      { ...plan, files: new Map([['data/a b.csv', new TextEncoder().encode('1,3\n')]]) },
    ].map((one) => readManifest(contentOf('sweep.json', one)).chunks[0]?.hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
