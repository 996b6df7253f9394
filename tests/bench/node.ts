import { create, globals } from 'webgpu';
import type { Report } from './bench';
import { chosenFamilies } from './families';
import { measureAll } from './measure';
import { readOptions, usage } from './options';
import { createOurs } from './peers/ours';
import { keep } from './results';
import { tableOf } from './table';
import { installedVersion, ourVersion } from './versions';

/** Runs our part of the bench in Node on Dawn, the WebGPU of Chromium, for machines with a GPU and no browser. */
export async function benchInNode(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options.help) {
    console.log(usage.replace('npm run bench', 'npm run bench:node'));
    return;
  }
  Object.assign(globalThis, globals);
  const gpu = create([]);
  if (!(await gpu.requestAdapter())) {
    console.log('no GPU: Dawn found no adapter on this machine (on Linux it needs libvulkan.so.1 and a driver)');
    process.exitCode = 1;
    return;
  }
  const ours = await createOurs(gpu);
  const measured = await measureAll(chosenFamilies(options.families, !ours.backend.software), { ours }, options.repetitions, (what) => {
    console.error(what);
  });
  const report: Report = {
    adapter: ours.backend.adapter,
    software: ours.backend.software,
    repetitions: options.repetitions,
    ...measured,
  };
  ours.dispose();
  if (report.software) console.log('no GPU: this is a software adapter\n');
  const versions = { kernelsheet: ourVersion(), webgpu: installedVersion('webgpu'), node: process.versions.node };
  console.log(tableOf(report, versions, options.peak));
  if (options.families.length === 0) console.log(`\nkept as ${await keep(report, versions, 'node')}`);
}
