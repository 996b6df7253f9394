import { assetPath } from '$lib/data/assets';
import { Problem } from '$lib/base/problem';
import type { FileSource } from '$lib/data/dataset';

/** A file of 64 MiB is the largest a sheet may name. */
const LIMIT = 64 * 2 ** 20;

const fetched = async (name: string, url: string, signal: AbortSignal): Promise<Uint8Array> => {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new Problem(
      `file: ${name} could not be loaded (${error instanceof Error ? error.message : 'no answer'}); its server must allow other sites (CORS)`,
      {
        path: ['file'],
      },
    );
  }
  if (!response.ok) throw new Problem(`file: ${name} could not be loaded, the server answered ${response.status}`, { path: ['file'] });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.byteLength > LIMIT) throw new Problem(`file: ${name} is larger than 64 MiB`, { path: ['file'] });
  return bytes;
};

/** Files as a browser has them: the product's own assets, URLs, and what was dropped on the sheet. */
export class BrowserFiles implements FileSource {
  readonly #dropped = new Map<string, Uint8Array>();

  /** @param base address of the folder that holds the product's static files. */
  constructor(readonly base: string) {}

  add(name: string, bytes: Uint8Array): void {
    this.#dropped.set(name, bytes);
  }

  async read(name: string, signal: AbortSignal): Promise<Uint8Array> {
    const dropped = this.#dropped.get(name);
    if (dropped) return dropped;
    const asset = assetPath(name);
    if (asset !== undefined) return fetched(asset, new URL(asset, this.base).href, signal);
    if (/^https?:\/\//.test(name)) return fetched(name, name, signal);
    throw new Problem(`file: there is no file ${name} here; drop it on the sheet, or give a URL`, { path: ['file'] });
  }
}
