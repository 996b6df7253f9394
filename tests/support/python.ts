import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const modulesOf = (command: string): readonly string[] => {
  const ask = 'import importlib.util as u; print(*filter(u.find_spec, ["numpy", "pandas", "xarray", "pyarrow", "fastparquet"]))';
  const { status, stdout } = spawnSync(command, ['-c', ask], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().split(/\s+/).filter(Boolean) : [];
};

/** The Python that can read most of what is written for it: `PYTHON`, that of the path or the system's own; undefined without NumPy. */
export const findPython = (): string | undefined =>
  [process.env.PYTHON ?? 'python3', '/usr/bin/python3']
    .map((command) => ({ command, modules: modulesOf(command) }))
    .filter(({ modules }) => modules.includes('numpy'))
    .sort((a, b) => b.modules.length - a.modules.length)[0]?.command;

/** What Python says of the files of a sweep, `whole.json` beside them: with what it has read them, or what was wrong. */
export const readWithPython = (python: string, ...files: [whole: string, npz: string, parquet: string]): string => {
  const script = fileURLToPath(new URL('read_results.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(python, [script, ...files], { encoding: 'utf8' });
  return status === 0 && stderr === '' ? stdout.trim() : `${stdout}${stderr}`;
};
