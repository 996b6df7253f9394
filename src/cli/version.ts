import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of the program, by its package. @param root folder of the product */
export const programVersion = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string }).version;
