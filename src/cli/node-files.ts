import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '$lib/base/problem';
import { assetPath } from '$lib/data/assets';
import type { FileSource } from '$lib/data/dataset';

/** Files as the command line has them: the product's own, those that the sheet names, and URLs. */
export class NodeFiles implements FileSource {
  readonly #named = new Map<string, Uint8Array>();
  readonly #assets: string;

  /** @param root folder of the product */
  constructor(root: string) {
    const sources = join(root, 'static');
    this.#assets = existsSync(sources) ? sources : join(root, 'build');
  }

  /** A file that the sheet names, under the name it uses. */
  add(name: string, bytes: Uint8Array): void {
    this.#named.set(name, bytes);
  }

  async read(name: string, signal: AbortSignal): Promise<Uint8Array> {
    const asset = assetPath(name);
    if (asset !== undefined) return readFile(join(this.#assets, asset), { signal });
    const named = this.#named.get(name);
    if (named) return named;
    if (/^https?:\/\//.test(name)) return this.#fetch(name, signal);
    throw new Problem(`file: there is no file ${name} beside the sheet`, { path: ['file'] });
  }

  async #fetch(url: string, signal: AbortSignal): Promise<Uint8Array> {
    const response = await fetch(url, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new Problem(`file: ${url} could not be loaded (${error instanceof Error ? error.message : 'no answer'})`, { path: ['file'] });
    });
    if (!response.ok) throw new Problem(`file: ${url} could not be loaded, the server answered ${response.status}`, { path: ['file'] });
    return new Uint8Array(await response.arrayBuffer());
  }
}
