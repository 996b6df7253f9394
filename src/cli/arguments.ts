import { parseArgs } from 'node:util';
import { Problem } from '$lib/base/problem';
import { engineChoices, type EngineChoice } from '$lib/worker/protocol';

export const usage = `usage: kernelsheet run SHEET [--set name=value]… [--json FILE] [--csv DIR]
                       [--npy DIR] [--backend auto|webgpu|cpu|reference] [--threads N]
                       [--timeout SECONDS] [--allow-read DIR]… [--allow-net HOST]…
                       [--resume FILE]
       kernelsheet sweep … (kernelsheet sweep --help)
       kernelsheet serve [--port NUMBER]

run evaluates every cell of a sheet (a file, - for standard input, or a share link) and prints one line a cell.
  --set name=value  replaces the formula of an input cell; may be repeated
  --json FILE       writes all values, axes and diagnostics
  --csv DIR         writes a table a cell
  --npy DIR         writes every field, kernel and network as NumPy arrays
  --backend         auto (the default: webgpu on a real GPU, else cpu), webgpu (in Node where the package "webgpu"
                    finds an adapter, else in a headless browser), cpu (double precision, all cores) or reference
                    (double precision, one thread: slow and plain, to compare with)
  --threads N       threads of cpu; all cores when not given
  --timeout         cells that are not done after so many seconds are in error
  --resume FILE     keeps what takes long in FILE point by point, and goes on from what FILE holds; after a kill too
  --allow-read DIR  lets the sheet read files of this folder too; without it only those beside the sheet; may be repeated
  --allow-net HOST  lets the sheet get files from this host (example.org, or localhost:8080 for one port); without it
                    nothing is asked of any; may be repeated
sweep computes the axes of a sheet on a cluster, or in several processes.
serve shows the interface on a local address.

Exit status: 0 all cells computed and all checks passed, 1 a check failed or a cell is in error, 2 the sheet or the call
cannot be read, 3 no GPU adapter could be had and --backend webgpu was asked for.
`;

/** `--set name=value`. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

export interface RunCall {
  readonly command: 'run';
  readonly sheet: string;
  readonly settings: readonly Setting[];
  readonly json: string | undefined;
  readonly csv: string | undefined;
  readonly npy: string | undefined;
  readonly backend: EngineChoice;
  /** Threads of the engine `cpu`; all cores when not given. */
  readonly threads: number | undefined;
  readonly timeout: number | undefined;
  /** Folders besides the sheet's own that its files may lie in. */
  readonly allowRead?: readonly string[];
  /** Hosts that files may be downloaded from. */
  readonly allowNet?: readonly string[];
  /** The file that computed points are kept in and read from. */
  readonly resume?: string;
}

export type Call = RunCall | { readonly command: 'serve'; readonly port: number | undefined } | { readonly command: 'help' };

export const readSetting = (text: string): Setting => {
  const equals = text.indexOf('=');
  if (equals < 1) throw new Problem(`--set: must be name=value, got "${text}"`);
  return { name: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() };
};

const readTimeout = (text: string): number => {
  const seconds = Number(text);
  // A timer of Node holds at most 2³¹ − 1 milliseconds.
  if (text.trim() !== '' && seconds > 0 && seconds <= 2_147_483) return seconds;
  throw new Problem(`--timeout: must be a number of seconds > 0 and ≤ 2147483, got "${text}"`);
};

const readPort = (text: string): number => {
  const port = Number(text);
  if (text.trim() !== '' && Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new Problem(`--port: must be a whole number from 0 to 65535, got "${text}"`);
};

export const readBackend = (text: string): EngineChoice => {
  const choice = engineChoices.find((name) => name === text);
  if (choice) return choice;
  throw new Problem(`--backend: must be auto, webgpu, cpu or reference, got "${text}"`);
};

const readHost = (text: string): string => {
  const refused = new Problem(`--allow-net: must be a host such as example.org or localhost:8080, got "${text}"`);
  if (!/^[^\s/\\?#@]+$/.test(text)) throw refused;
  try {
    const { hostname, port } = new URL(`http://${text}`);
    // The URL parser drops port 80, the default of http; it was given on purpose.
    const said = port || (/:80$/.test(text) ? '80' : '');
    return said === '' ? hostname : `${hostname}:${said}`;
  } catch {
    // The error is thrown below.
  }
  throw refused;
};

/** As many as the engine uses (`backend/cpu`). */
const MOST_THREADS = 64;

export const readThreads = (text: string, backend: EngineChoice): number => {
  const threads = Number(text);
  if (text.trim() === '' || !Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS)
    throw new Problem(`--threads: must be a whole number from 1 to ${MOST_THREADS}, got "${text}"`);
  if (backend === 'webgpu' || backend === 'reference')
    throw new Problem(`--threads: is an option of the engine cpu only, not of ${backend}`);
  return threads;
};

const parse = (words: readonly string[]) => {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        set: { type: 'string', multiple: true, default: [] },
        json: { type: 'string' },
        csv: { type: 'string' },
        npy: { type: 'string' },
        backend: { type: 'string', default: 'auto' },
        threads: { type: 'string' },
        timeout: { type: 'string' },
        'allow-read': { type: 'string', multiple: true, default: [] },
        'allow-net': { type: 'string', multiple: true, default: [] },
        resume: { type: 'string' },
        port: { type: 'string' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    });
  } catch (error) {
    // The message of parseArgs names the option and its fault; advice for programmers follows, which is cut off.
    if (error instanceof TypeError) throw new Problem(error.message.split('. ')[0] ?? error.message);
    throw error;
  }
};

/**
 * Parses the arguments after `kernelsheet`.
 *
 * @throws Problem saying what was expected.
 */
export const readArguments = (words: readonly string[]): Call => {
  const { values, positionals } = parse(words);
  const [command, sheet, ...more] = positionals;
  if (values.help || command === 'help') return { command: 'help' };
  if (command === undefined) throw new Problem('expected a command, run or serve');
  if (command === 'serve') {
    if (sheet !== undefined) throw new Problem(`serve: takes no further arguments, got "${sheet}"`);
    return { command, port: values.port === undefined ? undefined : readPort(values.port) };
  }
  if (command !== 'run') throw new Problem(`expected the command run or serve, got "${command}"`);
  if (sheet === undefined) throw new Problem('run: expected a sheet: a file, - or a share link');
  if (more[0] !== undefined) throw new Problem(`run: expected one sheet, got "${more[0]}" too`);
  if (values.port !== undefined) throw new Problem('--port: is an option of serve');
  if (values.resume !== undefined && values.npy !== undefined)
    throw new Problem('--resume: cannot be given with --npy: kept points have only numbers, no kernels and no networks');
  const backend = readBackend(values.backend);
  return {
    command,
    sheet,
    settings: values.set.map(readSetting),
    json: values.json,
    csv: values.csv,
    npy: values.npy,
    backend,
    threads: values.threads === undefined ? undefined : readThreads(values.threads, backend),
    timeout: values.timeout === undefined ? undefined : readTimeout(values.timeout),
    ...(values['allow-read'].length > 0 && { allowRead: values['allow-read'] }),
    ...(values['allow-net'].length > 0 && { allowNet: values['allow-net'].map(readHost) }),
    ...(values.resume !== undefined && { resume: values.resume }),
  };
};
