import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { readArguments } from '../../../src/cli/arguments';

const problem = (...words: string[]): string => {
  try {
    readArguments(words);
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
  throw new Error('expected a Problem');
};

describe('the call', () => {
  test('run has defaults for all but the sheet', () => {
    expect(readArguments(['run', 'a.ksheet'])).toEqual({
      ...{ command: 'run', sheet: 'a.ksheet', settings: [], backend: 'auto', threads: undefined },
      ...{ json: undefined, csv: undefined, npy: undefined, timeout: undefined },
    });
  });

  test('run takes every option, in any place, and --set many times', () => {
    const words =
      '--set gamma=0.1 run --json o.json - --csv out --npy arrays --backend cpu --threads 3 --timeout 2.5 --set f=x==y --set n=-1'.split(
        ' ',
      );
    expect(readArguments(words)).toEqual({
      ...{ command: 'run', sheet: '-', json: 'o.json', csv: 'out', npy: 'arrays', backend: 'cpu', threads: 3, timeout: 2.5 },
      settings: [
        { name: 'gamma', value: '0.1' },
        { name: 'f', value: 'x==y' },
        { name: 'n', value: '-1' },
      ],
    });
  });

  test('every engine can be named', () => {
    for (const backend of ['auto', 'webgpu', 'cpu', 'reference'])
      expect(readArguments(['run', 'a', '--backend', backend])).toMatchObject({ backend, threads: undefined });
    expect(readArguments(['run', 'a', '--threads', '1'])).toMatchObject({ backend: 'auto', threads: 1 });
  });

  test('hosts are allowed by name, with a port or without, and nothing else is a host', () => {
    const hosts = ['example.org', 'Example.ORG:8080', '[::1]:9', '127.0.0.1', 'a.b:80'];
    expect(readArguments(['run', 'a', ...hosts.flatMap((host) => ['--allow-net', host])])).toMatchObject({
      allowNet: ['example.org', 'example.org:8080', '[::1]:9', '127.0.0.1', 'a.b:80'],
    });
    for (const host of ['https://example.org', 'example.org/x', 'a@b.org', 'a b', '', 'x:y', '*?'])
      expect(problem('run', 'a', '--allow-net', host), host).toContain('--allow-net: must be a host');
  });

  test('serve takes a port', () => {
    expect(readArguments(['serve'])).toEqual({ command: 'serve', port: undefined });
    expect(readArguments(['serve', '--port', '0'])).toEqual({ command: 'serve', port: 0 });
  });

  test('help is asked for in any way', () => {
    for (const words of [['--help'], ['help'], ['run', '-h']]) expect(readArguments(words)).toEqual({ command: 'help' });
  });

  test('what cannot be read says what was expected', () => {
    expect(problem()).toBe('expected a command, run or serve');
    expect(problem('walk')).toBe('expected the command run or serve, got "walk"');
    expect(problem('run')).toBe('run: expected a sheet: a file, - or a share link');
    expect(problem('run', 'a', 'b')).toBe('run: expected one sheet, got "b" too');
    expect(problem('run', 'a', '--fast')).toContain("Unknown option '--fast'");
    expect(problem('run', 'a', '--json')).toContain("'--json <value>' argument missing");
    expect(problem('run', 'a', '--set', 'gamma')).toBe('--set: must be name=value, got "gamma"');
    expect(problem('run', 'a', '--set', '=1')).toBe('--set: must be name=value, got "=1"');
    expect(problem('run', 'a', '--backend', 'cuda')).toBe('--backend: must be auto, webgpu, cpu or reference, got "cuda"');
    for (const bad of ['0', '-1', '1.5', '65', 'all', ''])
      expect(problem('run', 'a', `--threads=${bad}`)).toBe(`--threads: must be a whole number from 1 to 64, got "${bad}"`);
    for (const backend of ['webgpu', 'reference'])
      expect(problem('run', 'a', '--threads', '2', '--backend', backend)).toBe(
        `--threads: is an option of the engine cpu only, not of ${backend}`,
      );
    expect(problem('run', 'a', '--port', '1')).toBe('--port: is an option of serve');
    expect(problem('serve', 'a')).toBe('serve: takes no further arguments, got "a"');
    for (const bad of ['0', 'soon', '', '1e9']) expect(problem('run', 'a', `--timeout=${bad}`)).toContain('--timeout: must be');
    for (const bad of ['65536', '-1', '1.5', '']) expect(problem('serve', `--port=${bad}`)).toContain('--port: must be');
  });
});
