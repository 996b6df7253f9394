import * as v from 'valibot';
import type { Backend } from '$lib/backend/backend';
import type { Dataset } from '$lib/data/dataset';
import type { Health, TrainedKernel } from '$lib/theory/theory';
import type { Parameter } from './parameter';
import { article } from './parameter';
import { summarise, type Described, type FieldNumbers, type Summary } from './summary';
import type { Training } from './training';
import type { PlotView } from './view';

export { summarise, type FieldNumbers, type Summary };

export interface DatasetValue extends Described {
  readonly type: 'dataset';
  readonly data: Dataset;
}

interface KernelOf<Role> extends Described {
  readonly type: Role;
  readonly kernel: TrainedKernel;
  readonly data: Dataset;
  /** The backend that holds its matrices. */
  readonly backend: Backend;
}

export type SourceKernelValue = KernelOf<'source kernel'>;

export interface TargetKernelValue extends KernelOf<'target kernel'> {
  /** The kernel it is coupled to. */
  readonly coupling: CouplingValue;
}

export type KernelValue = SourceKernelValue | TargetKernelValue;

export interface CouplingValue extends Described {
  readonly type: 'coupling';
  /** The kernel of the task before: a source, or the target of an earlier coupling. */
  readonly source: KernelValue;
  readonly delta: number;
  readonly readout: 'fresh' | 'kept';
}

/** A row of named numbers, such as errors. */
export interface ErrorsValue extends Described {
  readonly type: 'errors';
  readonly summary: Summary;
  /** Theory is drawn as a line, networks as points. */
  readonly mark: 'line' | 'points';
}

/** Errors of finite networks. */
export interface EnsembleValue extends Described {
  readonly type: 'network ensemble';
  readonly summary: Summary;
  readonly mark: 'points';
  readonly training: Training;
}

export interface PlotValue extends Described, PlotView {}

export interface HeatmapValue extends Described {
  readonly type: 'heatmap';
  /** A kernel's matrix, or numbers [rows, columns], coloured about `centre` where it is given. */
  readonly of:
    | KernelValue
    | { readonly type: 'numbers'; readonly rows: number; readonly columns: number; readonly data: Float64Array; readonly centre?: number };
  readonly xName: string;
  readonly yName: string;
  readonly xValues: readonly (number | string)[];
  readonly yValues: readonly (number | string)[];
  readonly title: string;
  /** Entries without a value, row-major. */
  readonly gaps?: readonly number[];
}

export interface CheckValue extends Described {
  readonly type: 'check';
  readonly pass: boolean;
}

export interface NoteValue extends Described {
  readonly type: 'note';
  readonly markdown: string;
}

export type ObjectValue =
  DatasetValue | KernelValue | CouplingValue | ErrorsValue | EnsembleValue | PlotValue | HeatmapValue | CheckValue | NoteValue;

/** Is this one of the values above, of one of these types? */
export const isValue = <T extends ObjectValue['type']>(
  value: unknown,
  ...types: readonly T[]
): value is Extract<ObjectValue, { type: T }> =>
  typeof value === 'object' && value !== null && 'type' in value && (types as readonly unknown[]).includes(value.type);

/** A parameter that must be a value of one of these types. */
export const valueOf = <T extends ObjectValue['type']>(
  types: readonly T[],
  meaning: string,
): Parameter<Extract<ObjectValue, { type: T }>> => ({
  schema: v.custom<Extract<ObjectValue, { type: T }>>((value) => isValue(value, ...types)),
  expected: types.map(article).join(' or '),
  accepts: types,
  meaning,
});

/** Health figures that were measured, under their names. */
export const healthNumbers = (health: Health): Record<string, number> =>
  Object.fromEntries(Object.entries(health).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
