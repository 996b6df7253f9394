import { Problem } from '$lib/base/problem';
import { assetPath } from '$lib/data/assets';
import type { FileSource } from '$lib/data/dataset';
import { isUrl } from '$lib/data/fetch-file';
import { GivenFiles, type GivenFile } from '$lib/data/given-files';
import { RemoteFiles } from '$lib/data/remote-files';

/** Files as a browser has them: the product's own assets, URLs, and what was dropped on the sheet. */
export class BrowserFiles implements FileSource {
  readonly #dropped = new GivenFiles();
  readonly #remote = new RemoteFiles({ hint: '; its server must allow other sites (CORS)' });

  /** @param base address of the folder that holds the product's static files. */
  constructor(readonly base: string) {
    this.#remote.allow(new URL(base).host);
  }

  add(name: string, content: GivenFile): void {
    this.#dropped.add(name, content);
  }

  allow(host: string): void {
    this.#remote.allow(host);
  }

  keep(text: string): void {
    this.#remote.keep(text);
  }

  read(name: string): Promise<Uint8Array> {
    return Promise.resolve().then(() => this.#read(name));
  }

  #read(name: string): Uint8Array {
    const dropped = this.#dropped.read(name);
    if (dropped) return dropped;
    const asset = assetPath(name);
    if (asset !== undefined) return this.#remote.read(new URL(asset, this.base).href, asset, true);
    if (isUrl(name)) return this.#remote.read(name);
    throw new Problem(`file: there is no file ${name} here; drop it on the sheet, or give a URL`, { path: ['file'], absent: true });
  }
}
