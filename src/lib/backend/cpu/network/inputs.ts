import type { Matrix } from '$lib/backend/backend';
import type { Engine } from '../engine';
import { own } from '../matrix';

/** Where the panels of the entries of inputs X [examples, dimension] are, see `assembly/network/tile.ts`. */
export interface Panels {
  /** Of Xᵀ and of X, of an entry of the batch; 0 where they were not wanted. */
  across(entry: number): number;
  along(entry: number): number;
  [Symbol.dispose](): void;
}

const panelBytes = (inner: number, columns: number): number => Math.ceil(columns / 4) * inner * 32;

/** Lays the inputs out as products in tiles read them; `backward`: also as those that go back to the weights do. */
export const panelsOf = (engine: Engine, inputs: Matrix, backward: boolean): Panels => {
  const { batch, rows, columns } = inputs;
  const sizes = { across: panelBytes(columns, rows), along: backward ? panelBytes(rows, columns) : 0 };
  const across = engine.room((batch * sizes.across) / 8);
  const along = backward ? engine.room((batch * sizes.along) / 8) : undefined;
  engine.run(
    'packInputs',
    { tasks: batch, each: 4 * rows * columns },
    own(inputs).address,
    rows,
    columns,
    across.address,
    along?.address ?? 0,
  );
  const shared = batch === 1;
  return {
    across: (entry) => across.address + (shared ? 0 : entry * sizes.across),
    along: (entry) => (along ? along.address + (shared ? 0 : entry * sizes.along) : 0),
    [Symbol.dispose]: () => {
      across[Symbol.dispose]();
      along?.[Symbol.dispose]();
    },
  };
};

/** Where the numbers of an entry of a matrix begin; 0 where there is none. */
export const addressOf = (matrix: Matrix | undefined, entry: number): number =>
  matrix ? own(matrix).address + entry * own(matrix).stride : 0;
