import { Problem } from '$lib/base/problem';

/** What is known of a file that a sheet may name: its bytes, or in words why they may not be read (`is 300.0 MiB large, …`). */
export type GivenFile = Uint8Array | { readonly refused: string };

/** Files that were handed over, by the names that sheets use for them. */
export class GivenFiles {
  readonly #files = new Map<string, GivenFile>();

  add(name: string, content: GivenFile): void {
    this.#files.set(name, content);
  }

  /** @throws Problem when the file was refused; undefined when nothing was handed over under this name. */
  read(name: string): Uint8Array | undefined {
    const content = this.#files.get(name);
    if (content === undefined || content instanceof Uint8Array) return content;
    throw new Problem(`file: ${name} ${content.refused}`, { path: ['file'] });
  }
}
