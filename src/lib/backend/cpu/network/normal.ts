import { seedWords } from '$lib/base/philox';
import type { Matrix, RandomKey, Shape } from '$lib/backend/backend';
import type { Engine } from '../engine';
import { CpuMatrix } from '../matrix';
import { inPieces } from './pieces';

/** Numbers of a task, `piece` of `assembly/math/normals.ts`, and operations that each costs. */
const piece = 1024;
export const drawing = 80;

/** `count` standard normals from `address` on, the same as `fillNormals` makes; yields between pieces. */
export function* drawNormals(engine: Engine, address: number, count: number, key: RandomKey): Generator<undefined, void> {
  const work = { tasks: Math.ceil(count / piece), each: piece * drawing, scratch: 256 };
  yield* inPieces(engine, 'normals', work, address, count, key.step, key.stream, ...seedWords(key.seed));
}

/** See `Backend.normal`. */
export const normal = (engine: Engine, shape: Shape, key: RandomKey): Matrix => {
  const made = CpuMatrix.make(engine, shape);
  const size = made.rows * made.columns;
  const pieces = drawNormals(engine, made.address, size, key);
  while (!pieces.next().done);
  const { values } = made;
  for (let entry = 1; entry < made.batch; entry++) values.copyWithin(entry * size, 0, size);
  return made;
};
