/** Observable Plot comes when the first figure, or an idle moment, asks for it. */
export const loadPlot = (): Promise<typeof import('./draw-plot')> => import('./draw-plot');
