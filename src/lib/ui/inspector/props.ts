import type { CellReport } from '$lib/worker/protocol';
import type { Workbook } from '../state/workbook.svelte';

/** What a section of the inspector is given: the sheet, and what is known of the selected cell. */
export interface SectionProps {
  workbook: Workbook;
  report: CellReport;
}
