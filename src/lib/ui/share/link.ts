import { encodeShare } from '$lib/sheet/share';

/** Longer links are cut by some programs that pass them on, beyond the second length by many. */
const SOME = 2000;
const MANY = 8000;

/** A link that holds the whole sheet. @param base the address of the folder the product stands in, with its slash */
export const linkTo = (base: string, text: string): string => `${base}#${encodeShare(text)}`;

/** The same sheet without the bars around it, to stand in another page. */
export const embedLink = (base: string, text: string): string => `${base}embed#${encodeShare(text)}`;

/** What to say of a link this long; empty when there is nothing to fear. */
export const lengthAdvice = (length: number): string => {
  if (length <= SOME) return '';
  if (length <= MANY) return 'Some mail and chat programs cut links this long.';
  return 'Many mail and chat programs cut links this long; send the file instead.';
};

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** What a page holds to show the sheet. */
export const iframe = (link: string, title: string): string =>
  `<iframe src="${attribute(link)}" title="${attribute(title)}" width="100%" height="600" style="border:1px solid #ccc;border-radius:8px" loading="lazy"></iframe>`;
