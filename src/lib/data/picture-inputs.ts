import type { Dataset } from './dataset';
import { allRows } from './formats/visit-rows';
import type { Hearer } from './in-turns';
import { Places } from './places';
import type { Normalisation, Picture, PictureSet } from './pictures';

/** The inputs of some pictures of a set, [rows, D], filled as the pictures pass by; nothing else of them is kept. */
export class PictureInputs {
  readonly inputs: Float64Array;
  /** The first ones in their own colours, [tiles, height, width, 3]. */
  readonly tiles: NonNullable<Dataset['tiles']>;
  readonly #dimension: number;
  readonly #places: Places;

  /**
   * @param rows pictures of the set in the order of the inputs
   * @param mostTiles how many are shown, at most
   */
  constructor(
    readonly set: PictureSet,
    rows: readonly number[],
    mostTiles: number,
  ) {
    const { width, height } = set.own;
    this.#dimension = set.channels * set.width * set.height;
    this.inputs = new Float64Array(rows.length * this.#dimension);
    const tiles = mostTiles === 0 ? 0 : Math.max(1, Math.min(mostTiles, Math.floor(2 ** 22 / (3 * width * height))));
    this.tiles = { width, height, data: new Uint8ClampedArray(Math.min(tiles, rows.length) * 3 * width * height) };
    this.#places = new Places(rows);
  }

  /** The pictures that are wanted, in the order of the files. */
  get rows(): Int32Array {
    return this.#places.rows;
  }

  /** Takes a picture that passes by, where it is wanted. @throws Problem for numbers that are not finite. */
  take(row: number, picture: Picture): void {
    const { width, height, data } = this.tiles;
    const [area, dimension] = [3 * width * height, this.#dimension];
    this.#places.each(row, (place) => {
      picture.input(this.inputs.subarray(place * dimension, (place + 1) * dimension));
      if ((place + 1) * area <= data.length) picture.colours(data.subarray(place * area, (place + 1) * area));
    });
  }

  /** Reads the pictures that are wanted and no others. */
  read(hearer: Hearer): Promise<void> {
    return this.set.visit(
      this.rows,
      (row, picture) => {
        this.take(row, picture);
      },
      hearer,
    );
  }

  /** x = (v − mean)/scale, in place. */
  normalise({ mean, scale }: Normalisation): void {
    const dimension = this.#dimension;
    for (let at = 0; at < this.inputs.length; at++) {
      const d = at % dimension;
      this.inputs[at] = (this.inputs[at]! - mean[d]!) / scale[d]!;
    }
  }
}

/** What of a task says how pictures are normalised. */
export interface Normalising {
  /** Take the mean picture off. */
  readonly centre: boolean;
  /** Divide so that the mean of |x|²/D is 1. */
  readonly scale: boolean;
  /** Divide each pixel by its own deviation instead. */
  readonly standardise: 'none' | 'pixel';
}

/** The mean of each pixel and of its square, picture by picture (Welford), so that none of them is kept. */
class Moments {
  readonly #mean: Float64Array;
  readonly #squares: Float64Array;
  readonly #input: Float64Array;
  #count = 0;

  constructor(dimension: number) {
    this.#mean = new Float64Array(dimension);
    this.#squares = new Float64Array(dimension);
    this.#input = new Float64Array(dimension);
  }

  add(picture: Picture): void {
    const [mean, squares, input] = [this.#mean, this.#squares, this.#input];
    picture.input(input);
    this.#count += 1;
    for (let d = 0; d < input.length; d++) {
      const off = input[d]! - mean[d]!;
      mean[d]! += off / this.#count;
      squares[d]! += off * (input[d]! - mean[d]!);
    }
  }

  normalisation(task: Normalising): Normalisation {
    const [mean, dimension] = [this.#mean, this.#mean.length];
    const variances = this.#squares.map((sum) => sum / this.#count);
    const about = task.centre ? mean : new Float64Array(dimension);
    // Without the mean taken off, sizes are measured from 0.
    const sizes = task.centre ? variances : variances.map((variance, d) => variance + mean[d]! ** 2);
    if (task.standardise === 'pixel') return { mean: about, scale: variances.map((variance) => (variance > 0 ? Math.sqrt(variance) : 1)) };
    const size = Math.sqrt(sizes.reduce((sum, one) => sum + one, 0) / dimension);
    return { mean: about, scale: new Float64Array(dimension).fill(task.scale && size > 0 ? size : 1) };
  }
}

/**
 * Fills inputs from their set and finds its normalisation. The first time this is one pass over all pictures; then it is known, and only
 * those that are wanted are read.
 */
export const readInputs = async (
  set: PictureSet,
  wanted: readonly PictureInputs[],
  task: Normalising,
  hearer: Hearer,
): Promise<Normalisation> => {
  const key = `${task.centre} ${task.scale} ${task.standardise}`;
  const take = (row: number, picture: Picture): void => {
    for (const inputs of wanted) inputs.take(row, picture);
  };
  const known = set.normalisations.get(key);
  if (known) {
    const rows = new Set(wanted.flatMap((inputs) => [...inputs.rows]));
    await set.visit(Int32Array.from(rows).sort(), take, hearer);
    return known;
  }
  const moments = new Moments(set.channels * set.width * set.height);
  const all = (row: number, picture: Picture): void => {
    moments.add(picture);
    take(row, picture);
  };
  await set.visit(allRows(set.count), all, hearer);
  const found = moments.normalisation(task);
  set.normalisations.set(key, found);
  return found;
};
