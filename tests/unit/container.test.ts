import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guide = readFileSync(join(root, 'docs/cluster.md'), 'utf8');
const { name, version, engines, bin, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string;
  version: string;
  engines: { node: string };
  bin: Record<string, string>;
  files: string[];
};

/** The first block of code behind these words. */
const blockBehind = (words: string): string => /```\w*\n([^]*?)```/.exec(guide.slice(guide.indexOf(words)))?.[1] ?? '';

const recipes = { Dockerfile: blockBehind('`Dockerfile`:'), 'kernelsheet.def': blockBehind('`kernelsheet.def`, for Apptainer:') };
const tarball = `${name}-${version}.tgz`;

describe.each(Object.entries(recipes))('%s of the guide', (_, recipe) => {
  it('begins with a Node that the program accepts', () => {
    const [, node] = /^From:? (?:docker:)?node:(\d+)/im.exec(recipe) ?? [];
    const [, least] = />=(\d+)/.exec(engines.node) ?? [];
    expect(Number(node)).toBeGreaterThanOrEqual(Number(least));
  });

  it('copies what npm pack makes, and starts the program that it installs', () => {
    const [, copied = ''] = /^(?:COPY| +)\s*(kernelsheet-\S+\.tgz)/m.exec(recipe) ?? [];
    expect(new RegExp(`^${copied.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(tarball)).toBe(true);
    const [, started = ''] = /node_modules\/\.bin\/(\w+)/.exec(recipe) ?? [];
    expect(files).toContain(bin[started]?.split('/')[0]);
    expect(existsSync(join(root, bin[started] ?? 'none'))).toBe(true);
  });
});

/** Whether there is Docker, its daemon answers and the image that the recipe begins with can be had. */
const canBuild = (): boolean => {
  const [, image = ''] = /^FROM (\S+)/m.exec(recipes.Dockerfile) ?? [];
  const well = (...words: string[]): boolean => spawnSync('docker', words, { stdio: 'ignore', timeout: 60_000 }).status === 0;
  return well('info') && (well('image', 'inspect', image) || well('pull', image));
};

// Where there is no builder there is nothing to test.
if (canBuild())
  it('the Dockerfile of the guide builds an image that evaluates a sheet', { timeout: 600_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'kernelsheet-image-'));
    const run = (command: string, words: string[], cwd = folder, input = ''): string => {
      const { status, stdout, stderr } = spawnSync(command, words, { cwd, input, encoding: 'utf8' });
      expect({ command, words, status, stderr: status === 0 ? '' : stderr }).toEqual({ command, words, status: 0, stderr: '' });
      return stdout;
    };
    try {
      run('npm', ['pack', '--pack-destination', folder], root);
      writeFileSync(join(folder, 'Dockerfile'), recipes.Dockerfile);
      run('docker', ['build', '-t', 'kernelsheet-test', '.']);
      expect(run('docker', ['run', '--rm', '-i', 'kernelsheet-test', 'run', '-', '--backend', 'cpu'], folder, 'a = 2 * 3\n')).toContain(
        '6',
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
