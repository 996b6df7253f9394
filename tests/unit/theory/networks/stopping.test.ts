import { expect, test } from 'vitest';
import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import { finish, networkPoint, pair, quietly, stage } from '../../../support/networks';

const [source, target] = pair();

/** A device whose wait number `first` never ends, as if it were compiling. The run is stopped at that moment. */
function busy(
  backend: Backend,
  first: number,
): { readonly backend: Backend; readonly signal: AbortSignal; handed: () => number | undefined } {
  const control = new AbortController();
  let waits = 0;
  let handed: number | undefined;
  const settle = (): Promise<void> => {
    if (++waits !== first) return backend.settle();
    handed = backend.dispatches;
    setTimeout(() => control.abort(), 0);
    return new Promise(() => undefined);
  };
  return { backend: Object.create(backend, { settle: { value: settle } }) as Backend, signal: control.signal, handed: () => handed };
}

test.each(['gradient', 'langevin'] as const)(
  'a stop does not wait for the device and dispatches nothing more, and a later run finishes with the same results: %s',
  { timeout: 300_000 },
  async (method) => {
    const told = { time: 0.05, temperature: 0.3 };
    const how = { method, theory: method === 'gradient' ? 'flow' : 'bayes', width: 4, burnIn: 2, samples: 2 };
    const points = [networkPoint(stage(source, told), stage(target, told), how)];
    const reference = createReferenceBackend();
    using whole = openEnsemble(reference, points);
    const results = await finish(whole);
    for (let first = 1; first <= 24; first++) {
      const own = createReferenceBackend();
      const { backend, signal, handed } = busy(own, first);
      {
        using ensemble = openEnsemble(backend, points);
        await ensemble.advance(quietly(signal));
        expect(ensemble.finished).toBe(false);
        expect(own.dispatches).toBe(handed());
        await ensemble.advance(quietly());
        expect(await ensemble.results()).toEqual(results);
      }
      expect(own.liveBytes).toBe(0);
    }
  },
);
