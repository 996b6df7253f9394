import type { ByteFile } from './byte-file';
import type { FileSource } from './dataset';
import type { GivenFile, GivenFiles } from './given-files';
import type { RemoteFiles } from './remote-files';

/** Files that a sheet may name: those that came with it, and those of other machines. Where it runs says which others there are. */
export abstract class SheetFiles implements FileSource {
  constructor(
    protected readonly given: GivenFiles,
    protected readonly remote: RemoteFiles,
  ) {}

  /** A file that came with the sheet, under the name it uses. */
  add(name: string, content: GivenFile): void {
    this.given.add(name, content);
  }

  /** See `RemoteFiles.allow`. */
  allow(host: string): void {
    this.remote.allow(host);
  }

  /** See `RemoteFiles.keep`. */
  keep(text: string): void {
    this.remote.keep(text);
  }

  abstract open(name: string, signal: AbortSignal, hash?: string): Promise<ByteFile>;
}
