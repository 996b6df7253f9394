import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Names and versions of what took part. */
export type Versions = Readonly<Record<string, string>>;

const versionIn = (path: string): string => {
  const { version } = JSON.parse(readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')) as { version: string };
  return version;
};

export const ourVersion = (): string => versionIn('../../package.json');

/** The version of an installed package; many do not export their package.json. */
export const installedVersion = (name: string): string => versionIn(`../../node_modules/${name}/package.json`);
