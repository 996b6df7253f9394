import { readdirSync } from 'node:fs';
import { findAdapter } from '$lib/backend/webgpu/adapter';
import { Problem } from '$lib/base/problem';

/** The WebGPU of Node, with the adapter it would take. */
export interface NodeGpu {
  readonly gpu: GPU;
  readonly software: boolean;
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/**
 * Whether a GPU may be here. On Linux the device of a driver is a file: where there is none, the package, which is large, need not be
 * loaded. A driver that was named by hand is tried in any case.
 */
const mayHaveGpu = (): boolean => {
  const { VK_ICD_FILENAMES: icd = '', VK_DRIVER_FILES: drivers = '' } = process.env;
  if (process.platform !== 'linux' || icd !== '' || drivers !== '') return true;
  return namesIn('/dev/dri').some((name) => name.startsWith('renderD')) || namesIn('/dev').some((name) => /^(nvidia\d|dxg$)/.test(name));
};

/**
 * WebGPU in this process, by the package `webgpu` (Dawn), which is not among our dependencies: undefined where it is not installed or
 * finds no adapter.
 */
export const findDawn = async (): Promise<NodeGpu | undefined> => {
  if (!mayHaveGpu()) return undefined;
  try {
    const { create, globals } = await import('webgpu');
    const gpu = create([]);
    const adapter = await findAdapter(gpu);
    if (adapter instanceof Problem) return undefined;
    // Constants of WebGPU that the backend finds in a page as globals.
    Object.assign(globalThis, globals);
    return { gpu, software: adapter.software };
  } catch {
    // Not installed, or not for this system.
    return undefined;
  }
};
