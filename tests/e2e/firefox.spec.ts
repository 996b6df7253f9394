import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFirefox, openInFirefox } from '../support/firefox';
import { expect, test } from './site';

/** What the default sheet is made of. */
const cells = ['gamma', 'delta', 'source', 'target', 'pre', 'link', 'post', 'err', 'figure', 'verdict'];

test('in Firefox the default sheet is computed on the processor, on threads that share memory', async ({ site }) => {
  const firefox = findFirefox();
  if (firefox === undefined) {
    // Nothing to try it with is no fault of the product. On Debian: apt-get install firefox-esr.
    test.info().annotations.push({ type: 'not tried', description: 'there is no Firefox on this machine' });
    process.stdout.write('    NOT TRIED: there is no Firefox on this machine\n');
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'kernelsheet-firefox-'));
  try {
    const seen = await openInFirefox(firefox, site, folder, 240);
    process.stdout.write(
      `    Firefox: ${seen.engine}, WebGPU ${seen.webgpu ? 'offered' : 'not offered'}, settled after ${seen.seconds.toFixed(1)} s\n`,
    );
    expect(seen).toMatchObject({ isolated: true, settled: 'all cells computed', errors: [], curves: 1 });
    if (!seen.webgpu) expect(seen.engine).toMatch(/^Engine: CPU, \d+ threads?$/);
    expect(seen.cells).toMatchObject(Object.fromEntries(cells.map((key) => [key, 'ok'])));
    await test.info().attach('firefox.png', { path: join(folder, 'firefox.png'), contentType: 'image/png' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
