import type { ByteFile } from './byte-file';

/** Where inputs and labels of a correlated hidden manifold come from: latent c ~ N(0, I), x = act(cF/√d), y = sign(c·W). */
export interface HiddenManifold {
  /** d. */
  readonly latent: number;
  readonly activation: string;
  /** F, row-major [d, D]. */
  readonly features: Float64Array;
  /** W, [d], |W|² = d. */
  readonly weights: Float64Array;
}

/** A supervised task with a training and a test set; inputs row-major [P, D]. Plain data: it may cross threads. */
export interface Dataset {
  /** Where it is from, e.g. `digits 0–4 against 5–9`. */
  readonly title: string;
  readonly dimension: number;
  readonly trainInputs: Float64Array;
  readonly trainLabels: Float64Array;
  readonly testInputs: Float64Array;
  readonly testLabels: Float64Array;
  /** Class of each training row, where rows have one (digits, images): kernels are drawn ordered by it. */
  readonly trainClasses?: Int32Array;
  /** Width and height of the images the inputs are, where they are; grey = mean + scale·x undoes the normalisation, 0 black … 1 white. */
  readonly image?: { readonly width: number; readonly height: number; readonly mean: Float64Array; readonly scale: number };
  /** The first training pictures as their files have them, [tiles, height, width, 3] of 0…255, where they are more than `image` tells. */
  readonly tiles?: { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };
  /** β of the teacher, where there is one: `like:` needs it. */
  readonly teacher?: Float64Array;
  /** α where the variances of the inputs are ∝ k^−α rather than equal. */
  readonly spectrum?: number;
  /** The hidden manifold, where there is one: `like:` of another needs it. */
  readonly manifold?: HiddenManifold;
  /** How many tasks come before this one in a chain of `like:`. Each has random numbers of its own, even for equal seeds. */
  readonly generation?: number;
  readonly attribution?: string;
  /** What a reader should know of how it was made; nothing is wrong. */
  readonly notes?: readonly string[];
  /** What may make results on it wrong or of no use. */
  readonly warnings?: readonly string[];
}

/** Opens what a sheet names: an embedded asset, a file beside the sheet, a URL, a dropped file. */
export interface FileSource {
  /**
   * @param hash SHA-256 of the file that is meant: one of another name may serve when it has this hash
   * @throws Problem when it is not there or may not be read.
   */
  open(name: string, signal: AbortSignal, hash?: string): Promise<ByteFile>;
}
