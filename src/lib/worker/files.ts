import { Problem } from '$lib/base/problem';
import { assetPath } from '$lib/data/assets';
import type { ByteFile } from '$lib/data/byte-file';
import { isUrl } from '$lib/data/fetch-file';
import { GivenFiles } from '$lib/data/given-files';
import { RemoteFiles } from '$lib/data/remote-files';
import { SheetFiles } from '$lib/data/sheet-files';

/** Files as a browser has them: the product's own assets, URLs, and what was dropped on the sheet. */
export class BrowserFiles extends SheetFiles {
  /** @param base address of the folder that holds the product's static files. */
  constructor(readonly base: string) {
    super(new GivenFiles(), new RemoteFiles({ hint: '; its server must allow other sites (CORS)' }));
    this.remote.allow(new URL(base).host);
  }

  open(name: string): Promise<ByteFile> {
    return Promise.resolve().then(() => this.#open(name));
  }

  #open(name: string): ByteFile {
    const dropped = this.given.find(name);
    if (dropped) return dropped;
    const asset = assetPath(name);
    if (asset !== undefined) return this.remote.open(new URL(asset, this.base).href, asset, true);
    if (isUrl(name)) return this.remote.open(name);
    throw new Problem(`file: there is no file ${name} here; drop it on the sheet, or give a URL`, { path: ['file'], absent: true });
  }
}
