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
  /** SIGTERM is sent when this was written to standard error. */
  readonly signalAt?: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

const end = (command: string, words: readonly string[], { input = '', environment = {}, signalAt }: Options): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd: root, env: { ...process.env, ...environment } });
    let output = '';
    let errors = '';
    let signalled = false;
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (output += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      errors += piece;
      if (signalAt === undefined || signalled || !errors.includes(signalAt)) return;
      signalled = true;
      child.kill('SIGTERM');
    });
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
