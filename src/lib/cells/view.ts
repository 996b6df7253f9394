/** What cells look like: plain data that may cross threads. */

/** A picture is drawn from where the numbers are; the bitmap is transferred. */
export interface MatrixPicture {
  readonly bitmap: ImageBitmap | ImageData;
  readonly rows: number;
  readonly columns: number;
  readonly low: number;
  readonly high: number;
  /** Coloured about the middle of its range. */
  readonly diverging?: boolean;
  /** Entries without a value, row-major: they are left blank. */
  readonly gaps?: readonly number[];
}

export interface Series {
  readonly name: string;
  readonly x: readonly number[];
  /** Undefined at a gap: there is no value, and no line goes across. */
  readonly y: readonly (number | undefined)[];
  /** Undefined at a point that has none. */
  readonly stderr?: readonly (number | undefined)[];
  /** Theory is drawn as a line, networks as points with bars. */
  readonly mark: 'line' | 'points';
  /** What it shares with others of its colour: theory and networks of the same quantity at the same place; empty for the only such line. */
  readonly group?: string;
}

/** Errors of networks of one width over the time of training, means over all of them. */
export interface TrainingCurve {
  readonly name: string;
  readonly x: readonly number[];
  readonly train: readonly number[];
  readonly test: readonly number[];
  /** Standard error of `test` over seeds; 0 where points of a sweep differ for other reasons. */
  readonly spread: readonly number[];
  /** `test` of each swept point by itself. */
  readonly faint: readonly (readonly number[])[];
}

/** Examples as images, grey or in colour: `count` tiles in `columns` columns, one label a tile. */
export interface Thumbnails {
  readonly image: { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };
  readonly colour?: boolean;
  readonly columns: number;
  readonly count: number;
  readonly labels: readonly number[];
}

/** Training examples as points of a plane, one label a point. */
export interface Projection {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly labels: readonly number[];
  readonly xName: string;
  readonly yName: string;
  /** What is drawn, in words. */
  readonly meaning: string;
}

export type Scale = 'linear' | 'log';

/** Curves and points over one axis. */
export interface PlotView {
  readonly type: 'plot';
  readonly series: readonly Series[];
  readonly xName: string;
  /** What is at 0, 1, 2 … of an axis that has words for numbers. There is nothing between them. */
  readonly xWords?: readonly string[];
  readonly yName: string;
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly title: string;
  /** Some of what is to be drawn is still to come. */
  readonly incomplete?: boolean;
}

/** What a cell looks like, asked for when its revision grows. */
export type View =
  | { readonly type: 'none' }
  | { readonly type: 'text'; readonly markdown: string }
  | {
      readonly type: 'dataset';
      readonly title: string;
      readonly train: number;
      readonly test: number;
      readonly dimension: number;
      /** How many examples carry each label, where labels are few. */
      readonly labels: readonly { readonly value: number; readonly train: number; readonly test: number }[];
      /** The least and the greatest label of training. */
      readonly labelEnds: readonly [low: number, high: number];
      readonly thumbnails?: Thumbnails;
      /** Where inputs are no images. */
      readonly projection?: Projection;
      readonly attribution?: string;
    }
  | {
      readonly type: 'kernel';
      readonly picture: MatrixPicture;
      readonly theory: string;
      readonly points: number;
      readonly point: number;
      /** Health and warnings of the shown point; those of a report are the worst of all points. */
      readonly condition?: number;
      readonly effectiveDimension?: number;
      readonly warnings: readonly string[];
    }
  | { readonly type: 'coupling'; readonly deltas: readonly number[] }
  | PlotView
  | {
      readonly type: 'training';
      readonly curves: readonly TrainingCurve[];
      /** The task that is being learned. */
      readonly stage: 'source' | 'between' | 'target';
      readonly xName: 'time' | 'trajectory';
      readonly networks: number;
      /** How many times their first length was added to it. */
      readonly extensions: number;
      /** Trained for as long as the sheet says. */
      readonly done: boolean;
    }
  | {
      readonly type: 'heatmap';
      readonly picture: MatrixPicture;
      readonly xName: string;
      readonly yName: string;
      readonly xValues: readonly (number | string)[];
      readonly yValues: readonly (number | string)[];
      readonly title: string;
    };

/** Which entry of a kernel is asked for: row and column as they are drawn. */
export interface EntryChoice {
  readonly point: number;
  readonly row: number;
  readonly column: number;
}

/** One entry of a kernel, and the two training examples that it is of. */
export interface KernelEntry {
  readonly value: number;
  readonly labels: readonly [row: number, column: number];
  /** Where examples have a class. */
  readonly classes?: readonly [row: number, column: number];
}

export interface ViewRequest {
  /** Which point of a swept value; 0 unless a person chose another. */
  readonly point: number;
  readonly theme: 'light' | 'dark';
}
