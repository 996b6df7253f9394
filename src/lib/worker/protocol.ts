import type { GivenFile } from '$lib/data/given-files';
import type { Axis } from '$lib/graph/kind';
import type { Place } from '$lib/base/problem';
import type { ArrayChoice, Recipe } from '$lib/cells/cell-kind';
import type { Mode } from '$lib/cells/kernel-modes';
import type { Control } from '$lib/cells/parameter';
import type { PointRecord } from '$lib/cells/records';
import type { EntryChoice, KernelEntry, View, ViewRequest } from '$lib/cells/view';
import type { NamedArray } from '$lib/data/npy';
import type { Block } from '$lib/cells/records';
import type { PlannedSweep, SweepRequest } from '$lib/sweep/plan';

export type { ArrayChoice, Control, Mode, NamedArray, PlannedSweep, PointRecord, Recipe, SweepRequest };
export type {
  EntryChoice,
  KernelEntry,
  MatrixPicture,
  PlotView,
  Scale,
  Series,
  Thumbnails,
  TrainingCurve,
  View,
  ViewRequest,
} from '$lib/cells/view';

/** Plain data only: what crosses between the main thread and the worker that holds graph, cells, theory and backend. */

export type Status = 'ok' | 'error' | 'waiting' | 'computing' | 'stopped';

/**
 * A field of numbers (or texts, or booleans) over the axes of its cell, row-major; a bare one when there are no axes. `null` at a gap;
 * undefined where the value at that point has no such field.
 */
export type FieldValues = number | string | boolean | readonly (number | string | boolean | null | undefined)[];

/** A point of a cell that has no value, and why. */
export interface GapReport {
  /** Row-major over the axes. */
  readonly point: number;
  readonly reason: string;
}

/** One parameter as the inspector shows it. */
export interface ParameterReport {
  readonly name: string;
  /** The text in the formula, or the default's. */
  readonly text: string;
  readonly given: boolean;
  /** `number > 0`, `one of "erf", "relu"` … */
  readonly expected: string;
  readonly meaning: string;
  /** What holds when it is not given; absent where it must be. */
  readonly defaultText?: string;
  /** How it is best set by hand; absent: by writing. */
  readonly control?: Control;
}

/** All that the main thread knows of a cell, short enough to send at every change. */
export interface CellReport {
  readonly key: string;
  /** Kind of its outermost call; `value` for arithmetic, `note` for text. */
  readonly kind: string;
  readonly status: Status;
  /** Shown but soon replaced: a coarse result, or (while computing) the last good one. */
  readonly provisional: boolean;
  readonly progress: number;
  /** How much longer it will take, while that can be told. */
  readonly secondsLeft?: number;
  /** It was stopped to ask whether to go on: it would take this many more seconds. */
  readonly asks?: number;
  /** Grows with what it has to show before its value is there; 0 when it has nothing. */
  readonly live: number;
  /** It is stopped to ask whether this host may be asked for a file. */
  readonly asksHost?: string;
  /** Made without some of its inputs, which are still to come. */
  readonly incomplete: boolean;
  readonly milliseconds: number;
  readonly axes: readonly Axis[];
  readonly fields: Readonly<Record<string, FieldValues>>;
  readonly diagnostics: Readonly<Record<string, FieldValues>>;
  readonly warnings: readonly string[];
  /** What a reader should know though nothing is wrong. */
  readonly notes?: readonly string[];
  /** Points that could not be computed though others could; absent when there are none. */
  readonly gaps?: readonly GapReport[];
  readonly problem?: { readonly message: string; readonly place?: Place };
  /** Keys of the cells it waits for. */
  readonly waitingOn: readonly string[];
  /** Cells it refers to. */
  readonly precedents: readonly string[];
  readonly parameters: readonly ParameterReport[];
  /** Grows when the value, and so the view, has changed. */
  readonly revision: number;
}

/** Which engine computes: `auto` is WebGPU on a real GPU, and `cpu` elsewhere. */
export const engineChoices = ['auto', 'webgpu', 'cpu', 'reference'] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** Where the sheet is being evaluated, for the health line. */
export interface EngineReport {
  readonly backend: 'webgpu' | 'cpu' | 'reference';
  readonly adapter: string;
  /** Threads of the processor; absent on WebGPU. */
  readonly threads?: number;
  /** Why there is no WebGPU, where that is known. */
  readonly gpu?: string;
  /** Shown as a notice when not empty, e.g. that the GPU was lost. */
  readonly notice: string;
}

/** What happens to the engine without having been asked for: it was lost, and another one takes over or none can. */
export interface EngineNews {
  /** The sheet is being computed anew. */
  readonly moving: boolean;
  /** What computes now, where that is known. */
  readonly report?: EngineReport;
  /** Why nothing is computed any more. */
  readonly failure?: string;
}

/** A parameter of a kind, whatever a sheet says of it. */
export interface KindParameter extends Omit<ParameterReport, 'text' | 'given'> {
  readonly defaultText: string;
  readonly required: boolean;
  /** The theories that use it; absent where all do, or where theories do not matter. */
  readonly theories?: readonly string[];
  /** Types of cells that it takes (`KindReport.makes`). */
  readonly accepts?: readonly string[];
}

/** A kind as the palette, the completion and the documentation know it. */
export interface KindReport {
  readonly name: string;
  readonly purpose: 'input' | 'data' | 'theory' | 'network' | 'view' | 'check' | 'function';
  readonly meaning: string;
  readonly example: string;
  /** The type of its value, where other kinds can take it as a parameter. */
  readonly makes?: string;
  /** Formulas to begin with (`cells/cell-kind.ts`). */
  readonly recipes: readonly Recipe[];
  readonly equations: readonly string[];
  /** Parameters that may be given without their name, in order. */
  readonly positional: readonly string[];
  /** The parameter that says which theory its parameters are read by. */
  readonly theoryFrom?: string;
  readonly parameters: readonly KindParameter[];
}

/** A shader that ran for a cell. */
export interface ShaderReport {
  readonly name: string;
  readonly dispatches: number;
  /** So many of them were timed; from these the time of all is told, in milliseconds of the device's clock. */
  readonly timed: number;
  readonly milliseconds?: number;
}

/** Computed points that outlive the worker: those of a run that was cut short, of another process, of another machine. */
export interface Keeping {
  /** From the next evaluation on these points are not computed. */
  recall(records: readonly PointRecord[]): Promise<void>;
  /** How many of them fit the sheet as it was last evaluated. */
  recalled(): Promise<number>;
  /**
   * Every point that is computed from now on and is worth keeping is told.
   * @param most at most so many points are computed together, so that some are kept before all are done
   */
  keep(listener: (record: PointRecord) => void, most?: number): Promise<void>;
  /** Settles when all points that were computed so far have been told. */
  kept(): Promise<void>;
  /** These nodes, and what depends on them, are not computed by the evaluations to come. */
  leaveOut(nodes: readonly string[]): Promise<void>;
}

/** What a cell may be asked as it stands: what is said beside its key, and what is answered. */
export interface CellQuestions {
  view: { given: [request: ViewRequest]; answer: View };
  /** The shaders that ran for what a cell shows, the longest first; none where nothing ran on a GPU. */
  shaders: { given: []; answer: readonly ShaderReport[] };
  /** Modes of a kernel cell at a point, the largest first; none for other cells, and for kernels too large to decompose in passing. */
  modes: { given: [point: number]; answer: readonly Mode[] };
  /** One entry of a kernel cell as it is drawn; undefined where there is none. */
  entry: { given: [choice: EntryChoice]; answer: KernelEntry | undefined };
  /** The training blocks of a kernel cell, one a point, for export; empty for other cells. */
  matrices: { given: []; answer: readonly Block[] };
  /** Arrays of a cell for files, beyond the named numbers of its report: kernels, and the weights, features and outputs of networks. */
  arrays: { given: [choice: ArrayChoice]; answer: readonly NamedArray[] };
}

export type Question = keyof CellQuestions;
export type Given<Q extends Question> = CellQuestions[Q]['given'];
export type Answer<Q extends Question> = CellQuestions[Q]['answer'];
export type Ask = <Q extends Question>(question: Q, key: string, ...given: Given<Q>) => Promise<Answer<Q>>;
/** Who answers. */
export type Answering = { [Q in Question]: (key: string, ...given: Given<Q>) => Promise<Answer<Q>> };

/** The worker as the main thread calls it (through Comlink). */
export interface SheetWorker extends Pick<Keeping, 'recall' | 'recalled'> {
  engine(): Promise<EngineReport>;
  /** Computes on this engine from now on, the sheet anew. Resolves as `evaluate`; `engine` answers as soon as the new one is there. */
  use(choice: EngineChoice): Promise<boolean>;
  kinds(): Promise<readonly KindReport[]>;
  /**
   * Evaluates this text from now on; the one before is abandoned. Reports come through `listen`.
   * Resolves when everything has settled: true if it ran to the end, false if a later text overtook it.
   */
  evaluate(text: string, signal?: AbortSignal): Promise<boolean>;
  listen(listener: (reports: readonly CellReport[]) => void): Promise<void>;
  /** Hears from now on of what happens to the engine unasked. */
  watch(listener: (news: EngineNews) => void): Promise<void>;
  /** Asks a cell about what it shows, and changes nothing. */
  ask: Ask;
  /** The folder of a sweep as `kernelsheet sweep` writes it, or in words why there is none. Nothing is computed. */
  sweepFolder(request: SweepRequest): Promise<PlannedSweep | { readonly problem: string }>;
  /** Stops one cell (and so what waits for it), or all. */
  stop(key?: string): Promise<void>;
  /** Computes what was stopped: one cell, or all. Where it was stopped to ask, this is a yes. */
  resume(key?: string): Promise<void>;
  /**
   * A file dropped on the sheet, readable under its name by `table("name")` from now on; or why it may not be read.
   * The bytes are given away: who calls may not read them any more.
   */
  addFile(name: string, content: GivenFile): Promise<void>;
  /** Files may be asked of these hosts from now on (`example.org`, `localhost:8080`); what failed is tried again. */
  allow(hosts: readonly string[]): Promise<void>;
}
