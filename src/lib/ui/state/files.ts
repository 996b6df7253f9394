import { LONGEST } from '$lib/sheet/parse';
import { openAhead } from './open-ahead';
import { readResults, takeResults } from './results';
import { saveAs, slugOf } from './save';
import type { Workbook } from './workbook.svelte';

const isSheet = (file: File): boolean => /\.(ksheet|txt)$/i.test(file.name);

/** Opens a sheet file; results that another machine has computed fill the cells that they cover; any other file becomes readable by `table("its name")` or `images("its name")`. */
export const openFile = async (workbook: Workbook, file: File): Promise<void> => {
  if (!isSheet(file)) {
    const results = /\.json$/i.test(file.name) ? readResults(await file.text()) : undefined;
    if (results) {
      await takeResults(workbook, file.name, results);
      return;
    }
    await workbook.engine.addFile(file);
    const kind = /\.(bin|idx|npz)(\.gz)?$|ubyte/i.test(file.name) ? 'images' : 'table';
    workbook.notice = { text: `${file.name} can now be read with ${kind}("${file.name}")`, tone: 'good' };
    return;
  }
  if (file.size > 4 * LONGEST) {
    workbook.notice = { text: `${file.name}: a sheet must be at most ${LONGEST} characters long`, tone: 'bad' };
    return;
  }
  const request = workbook.openRequests.ask();
  workbook.openRequests.claim(request);
  const text = await file.text();
  await openAhead(text);
  if (!workbook.openRequests.isLatest(request)) return;
  workbook.replaceAll(text);
  workbook.notice = { text: `${file.name} is open. Undo brings the sheet before it back.`, tone: 'good' };
};

/** Saves the text, or another form of it, as a file named after the title. */
export const saveFile = (workbook: Workbook, text = workbook.text): void => {
  saveAs(`${slugOf(workbook.sheet.title) || 'sheet'}.ksheet`, text, 'text/plain');
};
