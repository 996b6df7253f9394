import type { ShaderUse } from '$lib/backend/backend';
import { numbers, withBackend } from '../harness/suite';

export interface Accounts {
  readonly uses: readonly ShaderUse[];
  readonly inner: readonly ShaderUse[];
  /** What the backend counted itself in the same stretch. */
  readonly dispatches: number;
  /** Of the clock on the wall. */
  readonly milliseconds: number;
  /** Of an account in whose time nothing was done. */
  readonly idle: readonly ShaderUse[];
}

/** Products and transposes under an account, with a second one open for a part of them; some before and after it. */
export const accounts = () =>
  withBackend(async (backend): Promise<Accounts> => {
    const size = 192;
    using a = backend.upload({ rows: size, columns: size }, numbers(size * size, 1));
    const work = (): void => {
      using b = backend.product(a, a);
      using c = backend.transpose(b);
      backend.hadamard(b, c)[Symbol.dispose]();
    };
    const open = () => {
      const account = backend.account?.();
      if (!account) throw new Error('no account');
      return account;
    };
    work();
    const before = backend.dispatches;
    const account = open();
    const began = performance.now();
    for (let i = 0; i < 7; i++) work();
    const second = open();
    for (let i = 0; i < 3; i++) work();
    second.close();
    // More than one submission holds, so that only a part is timed.
    for (let i = 0; i < 5000; i++) backend.transpose(a)[Symbol.dispose]();
    await backend.settle();
    const milliseconds = performance.now() - began;
    account.close();
    const dispatches = backend.dispatches - before;
    work();
    const idle = open();
    idle.close();
    work();
    return { uses: await account.uses(), inner: await second.uses(), dispatches, milliseconds, idle: await idle.uses() };
  });
