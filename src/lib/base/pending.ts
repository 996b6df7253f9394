/**
 * Thrown by a computation that must wait for something outside, such as a file on its way: it gives its turn to others and is called again
 * later. No problem, and never shown.
 */
export class Pending extends Error {
  override readonly name = 'Pending';

  /** @param until settles when it is worth trying again; never rejects */
  constructor(readonly until: Promise<unknown>) {
    super('waits for something outside');
  }
}
