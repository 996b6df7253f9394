import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

interface Options {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

const end = (command: string, words: readonly string[], { input = '', environment = {} }: Options): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd: root, env: { ...process.env, ...environment } });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (output += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (errors += piece));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, output, errors });
    });
    child.stdin.end(input);
  });

/** Runs `kernelsheet` with these words, as its bin does. */
export const kernelsheet = (words: readonly string[], options: Options = {}): Promise<Ended> =>
  end(process.execPath, ['bin/kernelsheet.js', ...words], options);

/** Runs it as the README says. */
export const npxKernelsheet = (words: readonly string[], options: Options = {}): Promise<Ended> =>
  end('npx', ['kernelsheet', ...words], options);
