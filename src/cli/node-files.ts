import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '$lib/base/problem';
import { assetPath } from '$lib/data/assets';
import { bytesFile, type ByteFile } from '$lib/data/byte-file';
import type { FileSource } from '$lib/data/dataset';
import { isUrl } from '$lib/data/fetch-file';
import { GivenFiles, type GivenFile } from '$lib/data/given-files';
import { RemoteFiles } from '$lib/data/remote-files';
import { openDisk } from './disk-file';

/** Files as the command line has them: the product's own, those that the sheet names, and URLs. */
export class NodeFiles implements FileSource {
  readonly #named = new GivenFiles(openDisk);
  readonly #remote = new RemoteFiles();
  readonly #assets: string;

  /** @param root folder of the product */
  constructor(root: string) {
    const sources = join(root, 'static');
    this.#assets = existsSync(sources) ? sources : join(root, 'build');
  }

  /** A file that the sheet names, under the name it uses. */
  add(name: string, content: GivenFile): void {
    this.#named.add(name, content);
  }

  allow(host: string): void {
    this.#remote.allow(host);
  }

  keep(text: string): void {
    this.#remote.keep(text);
  }

  async open(name: string, signal: AbortSignal): Promise<ByteFile> {
    const asset = assetPath(name);
    if (asset !== undefined) return bytesFile(await readFile(join(this.#assets, asset), { signal }));
    const named = this.#named.find(name);
    if (named) return named;
    if (isUrl(name)) return this.#remote.open(name);
    throw new Problem(`file: there is no file ${name} beside the sheet`, { path: ['file'], absent: true });
  }
}
