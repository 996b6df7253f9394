import { transferHandlers } from 'comlink';
import { Problem } from '$lib/base/problem';

/*
 * What Comlink cannot send by itself: an `AbortSignal` crosses as a port that tells when it fires, a `Problem` as its words. A function stays
 * where it is and is called there. The bitmap of a picture is transferred instead of copied.
 */

interface WithBitmap {
  readonly picture: { readonly bitmap: ImageBitmap };
}

const isSignal = (value: unknown): value is AbortSignal => value instanceof AbortSignal;

const isFunction = (value: unknown): value is () => unknown => typeof value === 'function';

const isWithBitmap = (value: unknown): value is WithBitmap =>
  typeof ImageBitmap !== 'undefined' && (value as Partial<WithBitmap> | undefined)?.picture?.bitmap instanceof ImageBitmap;

/** Registers the handlers; both sides of a worker call it once. */
export const registerTransferHandlers = (): void => {
  transferHandlers.set('signal', {
    canHandle: isSignal,
    serialize: (signal: AbortSignal) => {
      const { port1, port2 } = new MessageChannel();
      const tell = (): void => {
        port1.postMessage('abort');
        port1.close();
      };
      if (signal.aborted) tell();
      else signal.addEventListener('abort', tell, { once: true });
      return [port2, [port2]];
    },
    deserialize: (port: MessagePort) => {
      const controller = new AbortController();
      port.onmessage = () => {
        controller.abort();
        port.close();
      };
      return controller.signal;
    },
  });
  transferHandlers.set('picture', {
    canHandle: isWithBitmap,
    serialize: (answer: WithBitmap) => [answer, [answer.picture.bitmap]],
    deserialize: (answer: WithBitmap) => answer,
  });
  const proxying = transferHandlers.get('proxy');
  if (proxying) transferHandlers.set('function', { ...proxying, canHandle: isFunction });
  const throwing = transferHandlers.get('throw');
  if (!throwing) return;
  transferHandlers.set('throw', {
    canHandle: (value): value is unknown => throwing.canHandle(value),
    serialize: (thrown: { value: unknown }) =>
      thrown.value instanceof Problem ? [{ problem: thrown.value.message }, []] : throwing.serialize(thrown),
    deserialize: (value: unknown) => {
      if (typeof value === 'object' && value !== null && 'problem' in value) throw new Problem(String(value.problem));
      return throwing.deserialize(value);
    },
  });
};
