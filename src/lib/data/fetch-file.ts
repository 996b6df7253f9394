import { joinBytes } from '$lib/base/bytes';
import { Problem } from '$lib/base/problem';
import { largestFile } from './limits';

/** Milliseconds without a byte after which a server is given up. */
const usualPatience = 30_000;
/** How often a request may be sent on to another address. */
const mostHops = 5;

/** Whether a name is an address on another machine. */
export const isUrl = (name: string): boolean => /^https?:\/\//i.test(name);

/** How a file is fetched. */
export interface FetchOptions {
  /** What it is called in messages; the address when not given. */
  readonly name?: string;
  /** What else may be wrong when there is no answer. */
  readonly hint?: string;
  /** Milliseconds without a byte after which the server is given up; 30 s when not given. */
  readonly patience?: number;
  /** Called with every address that the server sends the request on to, where this is told; throws to stop there. */
  readonly onward?: (url: string) => void;
}

const problem = (name: string, words: string): Problem => new Problem(`file: ${name} ${words}`, { path: ['file'] });
const size = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
const why = (error: unknown): string => (error instanceof Error ? error.message : 'no answer');

/** Reads an answer piece by piece, and no further than the limit whatever its headers say. */
const readBody = async (name: string, response: Response, heard: () => void): Promise<Uint8Array> => {
  const announced = Number(response.headers.get('content-length') ?? 0);
  const tooLarge = (bytes: number): Problem => problem(name, `is ${size(bytes)} large or more, at most ${size(largestFile)} can be read`);
  if (announced > largestFile) throw tooLarge(announced);
  const pieces: Uint8Array[] = [];
  let total = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new Error(`was cut off after ${total} bytes (${why(error)})`);
    });
    if (done) break;
    heard();
    pieces.push(value);
    total += value.length;
    if (total > largestFile) {
      void reader.cancel().catch(() => undefined);
      throw tooLarge(total);
    }
  }
  return joinBytes(pieces, total);
};

/**
 * Sends the request: no cookies, no address of the sheet. Where it is sent on to is asked about first; browsers do not tell that, and
 * there the host that was allowed answers for where it sends them.
 */
const request = async (url: string, signal: AbortSignal, name: string, onward: FetchOptions['onward']): Promise<Response> => {
  const plain: RequestInit = { signal, credentials: 'omit', referrerPolicy: 'no-referrer' };
  let address = url;
  for (let hop = 0; hop <= mostHops; hop++) {
    const response = await fetch(address, { ...plain, redirect: 'manual' });
    if (response.type === 'opaqueredirect') return fetch(address, plain);
    const to = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (to === null) return response;
    void response.body?.cancel().catch(() => undefined);
    address = new URL(to, address).href;
    if (!isUrl(address)) throw problem(name, `could not be loaded, it is sent on to ${address.slice(0, 200)}`);
    onward?.(address);
  }
  throw problem(name, `could not be loaded, it is sent on more than ${mostHops} times`);
};

/**
 * Gets a file from a server: the one place where a request for data leaves. No cookies and no address of the sheet go with it; an answer
 * that is too large, is cut off, or stops coming for half a minute, is a problem.
 *
 * @throws Problem when it cannot be had; the reason of the abort when it is stopped.
 */
export const fetchFile = async (url: string, signal: AbortSignal, options: FetchOptions = {}): Promise<Uint8Array> => {
  const { name = url, hint = '', patience = usualPatience } = options;
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silence.abort();
    }, patience);
  };
  heard();
  try {
    const response = await request(url, AbortSignal.any([signal, silence.signal]), name, options.onward);
    if (!response.ok) {
      void response.body?.cancel().catch(() => undefined);
      throw problem(name, `could not be loaded, the server answered ${response.status}`);
    }
    heard();
    return await readBody(name, response, heard);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem) throw error;
    if (silence.signal.aborted) throw problem(name, `could not be loaded, the server was silent for ${patience / 1000} s`);
    if (error instanceof Error && error.message.startsWith('was cut off')) throw problem(name, error.message);
    throw problem(name, `could not be loaded (${why(error)})${hint}`);
  } finally {
    clearTimeout(timer);
  }
};
