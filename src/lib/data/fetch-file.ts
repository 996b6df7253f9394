import { Problem } from '$lib/base/problem';
import { largestFile } from './limits';

/** Milliseconds without a byte after which a server is given up. */
const patience = 60_000;

const problem = (url: string, words: string): Problem => new Problem(`file: ${url} ${words}`, { path: ['file'] });
const size = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Whether a name is an address on another machine. */
export const isUrl = (name: string): boolean => /^https?:\/\//i.test(name);

/** Reads an answer piece by piece, and no further than the limit whatever its headers say. */
const readBody = async (url: string, response: Response, heard: () => void): Promise<Uint8Array> => {
  const announced = Number(response.headers.get('content-length') ?? 0);
  const tooLarge = (bytes: number): Problem => problem(url, `is ${size(bytes)} large or more, at most ${size(largestFile)} can be read`);
  if (announced > largestFile) throw tooLarge(announced);
  const pieces: Uint8Array[] = [];
  let total = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    heard();
    pieces.push(value);
    total += value.length;
    if (total > largestFile) {
      await reader.cancel();
      throw tooLarge(total);
    }
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
};

/**
 * Gets a file from a server: the one place where a request for data leaves. No cookies and no address of the sheet go with it; an answer
 * that is too large, or that stops coming for a minute, is given up.
 *
 * @param name what it is called in messages, where not the address itself
 * @param hint what else may be wrong when there is no answer
 * @throws Problem when it cannot be had; the reason of the abort when it is stopped.
 */
export const fetchFile = async (url: string, signal: AbortSignal, name = url, hint = ''): Promise<Uint8Array> => {
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
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, silence.signal]),
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    if (!response.ok) throw problem(name, `could not be loaded, the server answered ${response.status}`);
    return await readBody(name, response, heard);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Problem) throw error;
    if (silence.signal.aborted) throw problem(name, `could not be loaded, the server was silent for ${patience / 1000} s`);
    const why = error instanceof Error ? error.message : 'no answer';
    throw problem(name, `could not be loaded (${why})${hint}`);
  } finally {
    clearTimeout(timer);
  }
};
