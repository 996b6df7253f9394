import { Problem } from '$lib/base/problem';
import { blobFile, bytesFile, type ByteFile } from './byte-file';

/** A file on the disk of this machine that is open and stays so; only the command line has such. */
export interface DiskFile {
  /** Of this process, for all its threads. */
  readonly descriptor: number;
  readonly size: number;
  /** When it was changed last, in milliseconds: one that is changed later is not read any more. */
  readonly changed: number;
}

/** What is known of a file that a sheet may name: its content, or in words why it may not be read (`is 300.0 MiB large, …`). */
export type GivenFile = Uint8Array | Blob | DiskFile | { readonly refused: string };

/** Files that were handed over, by the names that sheets use for them. */
export class GivenFiles {
  readonly #files = new Map<string, ByteFile | { readonly refused: string }>();

  /** @param open how a file of the disk is read, where there is one */
  constructor(readonly open?: (file: DiskFile, name: string) => ByteFile) {}

  add(name: string, content: GivenFile): void {
    this.#files.set(name, this.#file(name, content));
  }

  #file(name: string, content: GivenFile): ByteFile | { readonly refused: string } {
    if (content instanceof Uint8Array) return bytesFile(content);
    if (content instanceof Blob) return blobFile(content, name);
    if ('refused' in content) return content;
    if (!this.open) throw new Error('files of the disk are not read here');
    return this.open(content, name);
  }

  /** @throws Problem when the file was refused; undefined when nothing was handed over under this name. */
  find(name: string): ByteFile | undefined {
    const content = this.#files.get(name);
    if (content === undefined || !('refused' in content)) return content;
    throw new Problem(`file: ${name} ${content.refused}`, { path: ['file'] });
  }
}
