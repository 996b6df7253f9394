import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeChunk, type SweepChunk } from '$lib/sweep/manifest';
import type { OpenSweep } from './opened';
import { Damaged, partFile, readPart, type Part } from './part';

/** The parts of a sweep as they are. */
export interface Collected {
  readonly parts: readonly Part[];
  /** What is missing or cannot be used, in words, and of which tasks. */
  readonly missing: readonly { readonly task: number; readonly text: string }[];
  /** Files among the parts that are not of this sweep. */
  readonly strange: readonly string[];
}

const names = async (folder: string): Promise<string[]> => (await readdir(folder).catch(() => [])).sort();

/** What there is of a chunk that has no part. */
const stateOf = (chunk: SweepChunk, there: ReadonlySet<string>): string => {
  if (there.has(`${chunk.hash}.lock`)) return 'being computed, or left by a task that was killed';
  return there.has(`${chunk.hash}.journal`) ? 'begun and not finished' : 'not begun';
};

/** Reads the parts that are there. */
export const collect = async ({ folder, manifest }: OpenSweep): Promise<Collected> => {
  const there = new Set(await names(join(folder, 'parts')));
  const parts: Part[] = [];
  const missing: { task: number; text: string }[] = [];
  for (const chunk of manifest.chunks) {
    const say = (what: string): number => missing.push({ task: chunk.task, text: `task ${chunk.task} (${describeChunk(chunk)}): ${what}` });
    try {
      const part = await readPart(partFile(folder, chunk.hash), chunk.hash);
      if (part) parts.push(part);
      else say(stateOf(chunk, there));
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      say(error.message);
    }
  }
  const own = new Set(manifest.chunks.map(({ hash }) => hash));
  const strange = [...there].filter((name) => name.endsWith('.json') && !name.startsWith('.') && !own.has(name.slice(0, -'.json'.length)));
  return { parts, missing, strange };
};
