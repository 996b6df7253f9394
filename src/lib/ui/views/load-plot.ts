import type * as Drawing from './draw-plot';

/** Observable Plot comes when the first figure, or an idle moment, asks for it. */
export const loadPlot = (): Promise<typeof Drawing> => import('./draw-plot');
