/** What is made here belongs together and is given back together, but for what was handed over. */
export class Owned {
  #made: Disposable[] = [];

  keep<Thing extends Disposable>(thing: Thing): Thing {
    this.#made.push(thing);
    return thing;
  }

  /** All of it is someone else's from then on. */
  handOver(): void {
    this.#made = [];
  }

  [Symbol.dispose](): void {
    for (const thing of this.#made) thing[Symbol.dispose]();
  }
}
