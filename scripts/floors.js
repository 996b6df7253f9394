/**
 * The house of floors (README, CONTRIBUTING): every import goes down, never up or sideways between rooms of one floor, and no
 * import goes round in a circle.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * Rooms by folder; the longest folder that fits is the room of a file. A room with a `hall` is a part of that one: it may use the
 * hall, and the other parts are its neighbours. What it may use of them is named in `uses`.
 * @type {readonly { folder: string; floor: number; hall?: string; uses?: readonly string[] }[]}
 */
export const rooms = [
  { folder: 'src/lib/base', floor: 0 },
  { folder: 'src/lib/backend', floor: 1 },
  { folder: 'src/lib/backend/webgpu', floor: 1, hall: 'src/lib/backend' },
  { folder: 'src/lib/backend/reference', floor: 1, hall: 'src/lib/backend' },
  // What has no kernel in WebAssembly is done as the reference does it.
  { folder: 'src/lib/backend/cpu', floor: 1, hall: 'src/lib/backend', uses: ['src/lib/backend/reference'] },
  { folder: 'src/lib/backend/systems', floor: 1, hall: 'src/lib/backend' },
  { folder: 'src/lib/theory', floor: 2 },
  ...['bayes', 'flow', 'lazy', 'proportional', 'networks'].map((room) => ({
    folder: `src/lib/theory/${room}`,
    floor: 2,
    hall: 'src/lib/theory',
  })),
  { folder: 'src/lib/graph', floor: 2 },
  { folder: 'src/lib/sheet', floor: 2 },
  { folder: 'src/lib/data', floor: 2 },
  { folder: 'src/lib/cells', floor: 3 },
  // A page asks its worker for the folder of a sweep: there is what compiles sheets.
  { folder: 'src/lib/worker', floor: 4, uses: ['src/lib/sweep'] },
  { folder: 'src/lib/sweep', floor: 4 },
  { folder: 'src/lib/ui', floor: 5 },
  { folder: 'src/cli', floor: 5 },
  { folder: 'src/routes', floor: 6 },
];

/** Files of the framework that belong to no floor. */
const outside = new Set(['src/app.d.ts', 'src/app.html', 'src/app.css', 'src/hooks.client.ts', 'src/service-worker.ts']);

/** @param {string} file */
const roomOf = (file) => rooms.filter(({ folder }) => file.startsWith(`${folder}/`)).sort((a, b) => b.folder.length - a.folder.length)[0];

/**
 * What a source file imports, types included, as written.
 * @param {string} text
 * @param {boolean} svelte only the script blocks are then read
 * @returns {string[]}
 */
export const importsOf = (text, svelte = false) => {
  const code = svelte ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n') : text;
  return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
};

/**
 * Every import that breaks the order of the floors, and every circle, in words.
 * @param {ReadonlyMap<string, readonly string[]>} imports files by path from the root, with the files they import
 * @returns {string[]}
 */
export const violations = (imports) => {
  /** @type {string[]} */
  const found = [];
  for (const [file, targets] of imports) {
    const room = roomOf(file);
    if (!room) {
      if (!outside.has(file)) found.push(`${file} stands on no floor`);
      continue;
    }
    for (const target of targets) {
      const other = roomOf(target);
      if (!other || other === room || other.floor < room.floor) continue;
      if (room.hall === other.folder || room.uses?.includes(other.folder)) continue;
      found.push(`${file} imports ${target}: ${other.floor > room.floor ? 'that goes up a floor' : 'that is another room of its floor'}`);
    }
  }
  /** @type {Map<string, 'open' | 'done'>} */
  const state = new Map();
  /** @type {string[]} */
  const path = [];
  /** @param {string} file */
  const visit = (file) => {
    state.set(file, 'open');
    path.push(file);
    for (const target of imports.get(file) ?? []) {
      if (state.get(target) === 'open') found.push(`circle: ${[...path.slice(path.indexOf(target)), target].join(' → ')}`);
      else if (!state.has(target)) visit(target);
    }
    path.pop();
    state.set(file, 'done');
  };
  for (const file of imports.keys()) if (!state.has(file)) visit(file);
  return found;
};

/** @param {string} folder @returns {string[]} */
const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return /\.(ts|js|svelte)$/.test(entry.name) ? [path] : [];
  });

/**
 * The imports between the files under `src` of a checkout.
 * @param {string} root
 * @returns {Map<string, string[]>}
 */
export const readImports = (root) => {
  /** @param {string} path */
  const named = (path) => relative(root, path).split(sep).join('/');
  /** @param {string} from @param {string} specifier */
  const target = (from, specifier) => {
    const bare = specifier.replace(/\?.*$/, '');
    if (!/^(\.|\$lib\/)/.test(bare)) return [];
    const path = bare.startsWith('.') ? resolve(dirname(from), bare) : join(root, 'src/lib', bare.slice('$lib/'.length));
    const candidates = [path, `${path}.ts`, `${path}.js`, path.replace(/\.js$/, '.ts'), join(path, 'index.ts')];
    const file = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
    return file && named(file).startsWith('src/') ? [named(file)] : [];
  };
  return new Map(
    filesIn(join(root, 'src')).map((file) => [
      named(file),
      importsOf(readFileSync(file, 'utf8'), file.endsWith('.svelte')).flatMap((specifier) => target(file, specifier)),
    ]),
  );
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const imports = readImports(fileURLToPath(new URL('..', import.meta.url)));
  const found = violations(imports);
  for (const violation of found) console.error(violation);
  console.log(`${imports.size} files, ${found.length} imports against the order of the floors`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
