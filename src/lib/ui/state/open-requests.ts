/** Requests to open a sheet. Some take a while to be read: of several, the one that was asked for last is opened. */
export class OpenRequests {
  #asked = 0;
  #claimed = 0;

  /** A new request. */
  ask(): number {
    return ++this.#asked;
  }

  /** Whether no later request can be read. */
  isWanted(request: number): boolean {
    return request >= this.#claimed;
  }

  /** The request can be read, and those before it are no more wanted; false where it is itself not wanted any more. */
  claim(request: number): boolean {
    if (!this.isWanted(request)) return false;
    this.#claimed = request;
    return true;
  }

  /** Whether no later request was claimed meanwhile. */
  isLatest(request: number): boolean {
    return request === this.#claimed;
  }

  /** Nothing that was asked for so far is wanted any more. */
  forget(): void {
    this.claim(this.ask());
  }
}
