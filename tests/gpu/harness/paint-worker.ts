import { withOwnBackend } from './suite';
import { pictures } from '../suites/paint';

/** Told whether to draw by way of a canvas. A fault here is left to the page, which hears of it by `error`. */
self.onmessage = async (event: MessageEvent<unknown>) => {
  self.postMessage(await withOwnBackend(pictures, { canvas: event.data === true }).catch((error: unknown) => String(error)));
};
