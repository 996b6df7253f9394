import { randomBytes } from 'node:crypto';
import { access, constants, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Problem } from '$lib/base/problem';
import { reason } from './sheet-source';

/** A file to be replaced that is no plain file (a pipe, /dev/stdout) cannot be renamed over: it is written as it is. */
export const isPlain = async (file: string): Promise<boolean> => {
  const found = await lstat(file).catch(() => undefined);
  return !found || found.isFile();
};

/** The file that a name stands for. A link to a file stays, and what it leads to is replaced; /dev/stdout is no such link. */
export const replacedFile = (named: string): Promise<string> =>
  /^\/(dev|proc)\//.test(resolve(named)) ? Promise.resolve(named) : realpath(named).catch(() => named);

/** A name beside a file that nothing else has, and that says whose it is if it is ever left. */
const nameBeside = (file: string): string => join(dirname(file), `.${basename(file).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);

const fill = async (file: string, flags: string, content: string | Uint8Array): Promise<void> => {
  const handle = await open(file, flags, 0o666);
  try {
    await handle.writeFile(content);
    // On disk before the name is: else a power cut could leave an empty file under it.
    await handle.sync().catch((error: unknown) => {
      // Pipes and some file systems have nothing to flush.
      if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    });
  } finally {
    await handle.close();
  }
};

/**
 * Writes a file whole or not at all: into a temporary file in the same folder, flushed, then renamed. A kill, a full disk or a limit on
 * file sizes leaves what was there before.
 *
 * @throws Problem that names the file when it cannot be written.
 */
export const writeWhole = async (named: string, content: string | Uint8Array): Promise<void> => {
  const file = await replacedFile(named);
  const refused = (error: unknown): never => {
    throw new Problem(`${named}: cannot be written, ${reason(error)}`);
  };
  if (!(await isPlain(file))) {
    await fill(file, 'w', content).catch(refused);
    return;
  }
  const temporary = nameBeside(file);
  try {
    await fill(temporary, 'wx', content);
    const before = await stat(file).catch(() => undefined);
    if (before) await access(file, constants.W_OK);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    refused(error);
  }
};

/**
 * Makes a folder for results and tries whether files can be made in it, so that hours of work do not end in a message about a folder.
 *
 * @throws Problem that names the option and the folder when they cannot.
 */
export const prepareFolder = async (option: string, folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new Problem(`${option}: ${folder} cannot be made, ${reason(error)}`);
  });
  const probe = nameBeside(join(folder, 'kernelsheet'));
  try {
    await fill(probe, 'wx', '');
    await rm(probe);
  } catch (error) {
    throw new Problem(`${option}: no file can be written in ${folder}, ${reason(error)}`);
  }
};
