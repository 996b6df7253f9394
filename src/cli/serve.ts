import { join } from 'node:path';
import type { Place } from './place';
import { serveSite } from './server';

const usualPort = 4173;

/** `kernelsheet serve`: builds the site where needed, serves it until the process is told to end, prints the address. */
export const serve = async (port: number | undefined, place: Place): Promise<0> => {
  place.buildSite();
  const wanted = port ?? usualPort;
  const serving = await serveSite(join(place.root, 'build'), wanted);
  if (wanted !== 0 && !serving.origin.endsWith(`:${wanted}`)) console.error(`kernelsheet: port ${wanted} is taken`);
  console.log(`Kernelsheet is at ${serving.origin}/ (Ctrl+C ends it)`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
  await serving.close();
  return 0;
};
