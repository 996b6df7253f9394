/**
 * The kernels of the `cpu` backend, written in AssemblyScript under `assembly/`, compiled to WebAssembly: with relaxed SIMD (fused
 * multiply–add) and without. What is compiled is kept under the name of all that it was made from, so it is made anew when that changes.
 * `assemblyKernels()` is the plugin by which Vite finds `$assembly/plain` and `$assembly/relaxed`: the module as a string in base64.
 * `node scripts/assembly.js` compiles both and tells their sizes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './fresh.js';

const folder = join(root, 'assembly');
const kept = join(root, 'node_modules/.cache/kernelsheet-assembly');

/** @typedef {'plain' | 'relaxed'} Build */

/** Pages of 64 KiB that the memory may have: 4 GiB. The backend may give less. */
const mostPages = 65536;

/** @param {Build} build @returns {string[]} */
const optionsOf = (build) => [
  '--runtime',
  'stub',
  '--optimizeLevel',
  '3',
  '--shrinkLevel',
  '0',
  '--converge',
  '--noAssert',
  '--enable',
  build === 'relaxed' ? 'simd,relaxed-simd,threads' : 'simd,threads',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  String(mostPages),
];

/** Paths of the sources, relative to `assembly/`, in order. */
const sources = () =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();

/** @param {Build} build */
const nameOf = (build) => {
  const hash = createHash('sha256');
  hash.update(readFileSync(join(root, 'node_modules/assemblyscript/package.json')));
  hash.update(optionsOf(build).join(' '));
  for (const name of sources()) hash.update(`\0${name}\0`).update(readFileSync(join(folder, name)));
  return `${build}-${hash.digest('hex').slice(0, 16)}.wasm`;
};

/**
 * The module, compiled unless it is there already. What the compiler complains of is thrown.
 * @param {Build} build
 * @returns {Promise<Buffer>}
 */
export const compiled = async (build) => {
  const path = join(kept, nameOf(build));
  if (existsSync(path)) return readFileSync(path);
  const { default: asc } = await import('assemblyscript/asc');
  /** @type {Uint8Array | undefined} */
  let binary;
  const said = asc.createMemoryStream();
  const { error } = await asc.main(['index.ts', '--outFile', 'out.wasm', ...optionsOf(build)], {
    readFile: (name, base) => {
      const file = join(base === '.' ? folder : base, name);
      return existsSync(file) ? readFileSync(file, 'utf8') : null;
    },
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = contents;
    },
    listFiles: () => [],
    stderr: said,
  });
  if (error || !binary) throw new Error(`the kernels of assembly/ do not compile (${build}):\n${said.toString()}`);
  mkdirSync(kept, { recursive: true });
  // Several processes may compile at once; whoever reads sees a whole file.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, binary);
  renameSync(draft, path);
  return readFileSync(path);
};

/**
 * @returns {import('vite').Plugin}
 */
export const assemblyKernels = () => ({
  name: 'kernelsheet-assembly',
  enforce: 'pre',
  resolveId: (id) => (/^\$assembly\/(plain|relaxed)$/.test(id) ? `\0${id}` : undefined),
  async load(id) {
    const build = /^\0\$assembly\/(plain|relaxed)$/.exec(id)?.[1];
    if (!build) return undefined;
    for (const name of sources()) this.addWatchFile(join(folder, name));
    const binary = await compiled(/** @type {Build} */ (build));
    return `export default ${JSON.stringify(binary.toString('base64'))};`;
  },
});

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const build of /** @type {const} */ (['plain', 'relaxed'])) console.log(`${build}: ${(await compiled(build)).length} bytes`);
