import { Problem } from '$lib/base/problem';
import { assetPath } from '$lib/data/assets';
import type { FileSource } from '$lib/data/dataset';
import { fetchFile, isUrl } from '$lib/data/fetch-file';
import { GivenFiles, type GivenFile } from '$lib/data/given-files';

/** Files as a browser has them: the product's own assets, URLs, and what was dropped on the sheet. */
export class BrowserFiles implements FileSource {
  readonly #dropped = new GivenFiles();

  /** @param base address of the folder that holds the product's static files. */
  constructor(readonly base: string) {}

  add(name: string, content: GivenFile): void {
    this.#dropped.add(name, content);
  }

  async read(name: string, signal: AbortSignal): Promise<Uint8Array> {
    const dropped = this.#dropped.read(name);
    if (dropped) return dropped;
    const asset = assetPath(name);
    if (asset !== undefined) return fetchFile(new URL(asset, this.base).href, signal, asset);
    if (isUrl(name)) return fetchFile(name, signal, name, '; its server must allow other sites (CORS)');
    throw new Problem(`file: there is no file ${name} here; drop it on the sheet, or give a URL`, { path: ['file'] });
  }
}
