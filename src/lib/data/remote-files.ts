import { Pending } from '$lib/base/pending';
import { Problem } from '$lib/base/problem';
import { fetchedFile, type ByteFile } from './byte-file';
import { fetchFile, type FetchOptions } from './fetch-file';
import { largestFile } from './limits';

/** What all files of other machines together may be large, in bytes. */
const mostTogether = 4 * largestFile;

/** A file that was asked for. */
interface Remote {
  readonly own: boolean;
  readonly controller: AbortController;
  /** Settles when it is there, or is known not to come; never rejects. */
  readonly until: Promise<void>;
  content?: ByteFile | Problem;
}

/**
 * Files of other machines. A sheet may come from anyone, so that nothing is asked of a host before a person has allowed it. What was
 * fetched is kept as long as the sheet names it.
 */
export class RemoteFiles {
  readonly #allowed = new Set<string>();
  readonly #files = new Map<string, Remote>();

  /** @param options how each is fetched, and what is said when it cannot be */
  constructor(readonly options: Pick<FetchOptions, 'hint' | 'patience'> = {}) {}

  /** From now on this host may be asked: `example.org` at every port, `example.org:8080` at this one. */
  allow(host: string): void {
    this.#allowed.add(host.toLowerCase());
  }

  /**
   * The file at an address.
   *
   * @param name what it is called in messages
   * @param own it belongs to the product, and nobody need be asked
   * @throws Pending while it is on its way; Problem when it cannot be had, or its host is not allowed.
   */
  open(url: string, name = url, own = false): ByteFile {
    if (!own) this.#check(url, name);
    const known = this.#files.get(url);
    if (!known) throw new Pending(this.#fetch(url, name, own).until);
    if (known.content === undefined) throw new Pending(known.until);
    if (!(known.content instanceof Problem)) return known.content;
    // Asked for again when a person tries again.
    this.#files.delete(url);
    throw known.content;
  }

  /** Gives up what this text does not name, on its way or there. */
  keep(text: string): void {
    for (const [url, { own, controller }] of this.#files) {
      if (own || text.includes(url)) continue;
      this.#files.delete(url);
      controller.abort();
    }
  }

  get #bytes(): number {
    return [...this.#files.values()].reduce((sum, { content }) => sum + (content && 'size' in content ? content.size : 0), 0);
  }

  #check(url: string, name: string): void {
    let address: URL;
    try {
      address = new URL(url);
    } catch {
      throw new Problem(`file: ${name} is not an address`, { path: ['file'] });
    }
    const port = address.port || (address.protocol === 'https:' ? '443' : '80');
    if (this.#allowed.has(address.hostname) || this.#allowed.has(`${address.hostname}:${port}`)) return;
    throw new Problem(`file: ${name} is on another host, ${address.host}, which is asked only when you allow it`, {
      path: ['file'],
      host: address.host,
    });
  }

  #fetch(url: string, name: string, own: boolean): Remote {
    const onward = own ? undefined : (next: string): void => this.#check(next, next);
    const controller = new AbortController();
    const file = fetchFile(url, controller.signal, { ...this.options, name, ...(onward && { onward }) });
    const until = file.then(
      (bytes) => {
        const fits = own || this.#bytes + bytes.length <= mostTogether;
        remote.content = fits
          ? fetchedFile(bytes, name)
          : new Problem(`file: ${name} is more than fits, at most ${mostTogether / 2 ** 20} MiB of other hosts do`);
      },
      (error: unknown) => void (remote.content = error instanceof Problem ? error : new Problem(`file: ${name} could not be loaded`)),
    );
    const remote: Remote = { own, controller, until };
    this.#files.set(url, remote);
    return remote;
  }
}
