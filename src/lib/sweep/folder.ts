import type { Axis, AxisValue } from '$lib/graph/kind';
import { hashContent, manifestOf, type Manifest, type SweepFile } from './manifest';
import type { Chunk } from './chunks';
import { readme } from './readme';
import { runScript, type Cluster } from './run-script';

/** All that a sweep's folder is made of. */
export interface SweepPlan {
  /** Version of the program. */
  readonly program: string;
  readonly text: string;
  /** What the files that the sheet names hold, by the name it uses. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly over: readonly Axis[];
  readonly chunks: readonly Chunk[];
  readonly cluster: Cluster;
  /** What is said of repeated work. */
  readonly work: readonly string[];
}

/** A file of the folder. */
export interface FolderFile {
  readonly path: string;
  readonly content: Uint8Array | string;
  readonly executable?: boolean;
}

/** Folders that tasks write into: Slurm makes none for its logs. */
export const emptyFolders = ['parts', 'logs'] as const;

const field = (value: AxisValue): string => (Array.isArray(value) ? value.join(' ') : String(value));

const quote = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** One row a chunk: its number, its values (several of an axis with blanks between), the name of its part. */
const pointsCsv = ({ over, chunks }: Manifest): string =>
  [
    ['task', ...over.map(({ name }) => name), 'part'],
    ...chunks.map(({ task, axes, hash }) => [String(task), ...axes.map(({ values }) => values.map(field).join(' ')), hash]),
  ]
    .map((row) => `${row.map(quote).join(',')}\n`)
    .join('');

/** A file's own name without what file names must not have. */
const cleanName = (name: string): string => (name.split(/[/\\]/).at(-1) ?? '').replaceAll(/[^A-Za-z0-9_.-]/g, '-').slice(-60);

/** The files of a sweep's folder. Nothing is computed. */
export const sweepFolder = ({ program, text, files, over, chunks, cluster, work }: SweepPlan): FolderFile[] => {
  const named: (SweepFile & { content: Uint8Array })[] = [...files].map(([name, content]) => {
    const hash = hashContent(content);
    return { name, path: `files/${hash}-${cleanName(name)}`, hash, content };
  });
  const listed = named.map(({ name, path, hash }) => ({ name, path, hash }));
  const manifest = manifestOf(program, text, listed, over, chunks);
  return [
    { path: 'sheet.ksheet', content: text },
    ...[...new Map(named.map(({ path, content }) => [path, content]))].map(([path, content]) => ({ path, content })),
    { path: 'points.csv', content: pointsCsv(manifest) },
    { path: 'run.sh', content: runScript(manifest, cluster), executable: true },
    { path: 'README.txt', content: readme(manifest, work) },
    // Last: a folder without it is not complete.
    { path: 'sweep.json', content: `${JSON.stringify(manifest, null, 1)}\n` },
  ];
};
