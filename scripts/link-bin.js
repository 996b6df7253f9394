/** After `npm install` in a checkout: `npx kernelsheet` finds the command of the checkout at once, without npm installing it elsewhere. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './fresh.js';

const folder = join(root, 'node_modules/.bin');
try {
  mkdirSync(folder, { recursive: true });
  symlinkSync('../../bin/kernelsheet.js', join(folder, 'kernelsheet'));
} catch {
  // It is there already, or links are not allowed: npx then finds its own way, only slower.
}
