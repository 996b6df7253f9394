import type * as v8 from 'node:v8';
import { fromNode, inNode } from './node';

/** Which compilation of the kernels: `relaxed` fuses multiply and add, `plain` runs everywhere. */
export type Build = 'plain' | 'relaxed';

/** () → f64x2.relaxed_madd of three pairs of zeros, as a module: valid only where relaxed SIMD is. */
const zeros = [68, 0, 0, 0, 0, 0, 0, 0, 0, 253, 20]; // f64.const 0, f64x2.splat
const probe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // magic, version
  ...[1, 5, 1, 96, 0, 1, 123], // types: () → v128
  ...[3, 2, 1, 0], // functions: one, of that type
  ...[10, 40, 1, 38, 0, ...zeros, ...zeros, ...zeros, 253, 135, 2, 11], // its code
);

const offersRelaxed = (): boolean => WebAssembly.validate(probe);

/** The build to take where nobody says which: the relaxed one wherever it runs. Node 20 runs it behind a flag, later ones without. */
export const bestBuild = async (): Promise<Build> => {
  if (!offersRelaxed() && inNode) ((await fromNode('node:v8')) as typeof v8).setFlagsFromString('--experimental-wasm-relaxed-simd');
  return offersRelaxed() ? 'relaxed' : 'plain';
};

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** The compiled kernels; the other build is not loaded. */
export const loadModule = async (build: Build): Promise<WebAssembly.Module> => {
  const { default: base64 } = await (build === 'relaxed' ? import('$assembly/relaxed') : import('$assembly/plain'));
  return WebAssembly.compile(bytesOf(base64));
};
