import { fileURLToPath } from 'node:url';
import { createServer, createServerModuleRunner } from 'vite';
import type { Place, Run } from './place';
import config from './vite.config';

/** Runs the suites in this process on Dawn, for a machine with a GPU and no browser. */
export async function startNode(): Promise<Place> {
  // Node 20 does not support `using`.
  const server = await createServer({
    ...config,
    configFile: false,
    server: { middlewareMode: true, ws: false },
    oxc: { target: 'node20' },
  });
  const runner = createServerModuleRunner(server.environments.ssr);
  const { runSuite } = await runner.import<{ runSuite: Run }>(fileURLToPath(new URL('dawn.ts', import.meta.url)));
  return {
    open: () => Promise.resolve({ run: runSuite, close: () => Promise.resolve() }),
    close: async () => {
      await runner.close();
      await server.close();
    },
  };
}
