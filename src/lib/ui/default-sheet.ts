import text from './default.ksheet?raw';

/** What is open when nothing was saved and no link was followed. Part of the program, so that it is there before the first paint. */
export const defaultSheet: string = text;
