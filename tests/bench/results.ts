import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import type { Report } from './bench';
import type { Versions } from './versions';

const folder = fileURLToPath(new URL('results/', import.meta.url));

const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

/** Keeps a report as `results/<adapter>[-suffix].json`; gives the name of the file. */
export async function keep(report: Report, versions: Versions, suffix?: string): Promise<string> {
  const name = [report.adapter.replace(/[^a-z0-9]+/g, '-'), suffix].filter(Boolean).join('-');
  const path = join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true });
  const dated = { date: new Date().toISOString().slice(0, 10), versions, ...report };
  writeFileSync(path, await format(JSON.stringify(dated, rounded), { parser: 'json', printWidth: 140 }));
  return `tests/bench/results/${name}.json`;
}
