/** `npm run fuzz`: the full number of mutated sheets and links (`tests/unit/fuzz`), with their figures. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './fresh.js';

const done = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'tests/unit/fuzz', '--testTimeout=3600000'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { KERNELSHEET_FUZZ: '10000', ...process.env },
  },
);
process.exitCode = done.status ?? 1;
