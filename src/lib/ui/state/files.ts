import { Problem } from '$lib/base/problem';
import { LONGEST } from '$lib/sheet/parse';
import { encodeShare } from '$lib/sheet/share';
import type { Workbook } from './workbook.svelte';

const isSheet = (file: File): boolean => /\.(ksheet|txt)$/i.test(file.name);

/** Opens a sheet file; any other file becomes readable by `table("its name")`. */
export const openFile = async (workbook: Workbook, file: File): Promise<void> => {
  if (!isSheet(file)) {
    await workbook.engine.addFile(file);
    workbook.notice = { text: `${file.name} can now be read with table("${file.name}")`, tone: 'good' };
    return;
  }
  if (file.size > 4 * LONGEST) {
    workbook.notice = { text: `${file.name}: a sheet must be at most ${LONGEST} characters long`, tone: 'bad' };
    return;
  }
  workbook.replaceAll(await file.text());
  workbook.notice = { text: `${file.name} is open. Undo brings the sheet before it back.`, tone: 'good' };
};

/** Saves the text as a file named after the title. */
export const saveFile = (workbook: Workbook): void => {
  const slug = workbook.sheet.title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([workbook.text], { type: 'text/plain' }));
  link.download = `${slug || 'sheet'}.ksheet`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

/** Copies a link that holds the whole sheet, and shows it. */
export const share = async (workbook: Workbook): Promise<void> => {
  let link: string;
  try {
    link = `${location.origin}${location.pathname}#${encodeShare(workbook.text)}`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    workbook.notice = { text: error.message, tone: 'bad' };
    return;
  }
  const copied = await navigator.clipboard.writeText(link).then(
    () => true,
    () => false,
  );
  const length = `${link.length} characters`;
  workbook.notice = copied
    ? { text: `Link copied: the whole sheet in ${length}.`, tone: 'good', link }
    : { text: `The browser does not let the link be copied; here it is (${length}):`, tone: 'plain', link };
};
