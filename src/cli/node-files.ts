import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '$lib/base/problem';
import { assetPath } from '$lib/data/assets';
import { bytesFile, type ByteFile } from '$lib/data/byte-file';
import { isUrl } from '$lib/data/fetch-file';
import { GivenFiles } from '$lib/data/given-files';
import { RemoteFiles } from '$lib/data/remote-files';
import { SheetFiles } from '$lib/data/sheet-files';
import { openDisk } from './disk-file';

/** Files as the command line has them: the product's own, those that the sheet names, and URLs. */
export class NodeFiles extends SheetFiles {
  readonly #assets: string;

  /** @param root folder of the product */
  constructor(root: string) {
    super(new GivenFiles(openDisk), new RemoteFiles());
    const sources = join(root, 'static');
    this.#assets = existsSync(sources) ? sources : join(root, 'build');
  }

  async open(name: string, signal: AbortSignal): Promise<ByteFile> {
    const asset = assetPath(name);
    if (asset !== undefined) return bytesFile(await readFile(join(this.#assets, asset), { signal }));
    const named = this.given.find(name);
    if (named) return named;
    if (isUrl(name)) return this.remote.open(name);
    throw new Problem(`file: there is no file ${name} beside the sheet`, { path: ['file'], absent: true });
  }
}
