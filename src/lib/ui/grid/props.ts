import type { Workbook } from '../state/workbook.svelte';
import type { Drag } from './drag.svelte';
import type { Geometry } from './geometry.svelte';

/** What a part of the grid that is drawn over its squares is given. */
export interface GridProps {
  workbook: Workbook;
  geometry: Geometry;
}

/** The same for a part that can be dragged. */
export interface DraggableProps extends GridProps {
  drag: Drag;
}
