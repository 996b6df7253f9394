import { withOwnBackend } from './suite';
import { pictures } from '../suites/paint';

/** The message says whether to draw through a canvas. An error here is not caught: the page gets it as an `error` event. */
self.onmessage = async (event: MessageEvent<unknown>) => {
  self.postMessage(await withOwnBackend(pictures, { canvas: event.data === true }).catch((error: unknown) => String(error)));
};
