import type { FileSource } from '$lib/data/dataset';
import type { GivenFile } from '$lib/data/given-files';
import type { EngineOptions, openEngine } from './engine';
import type { EngineChoice } from './protocol';

/** Files that a sheet may read; those that were given are read under their names. */
export interface OpenFiles extends FileSource {
  add(name: string, content: GivenFile): void;
  /** This host may be asked from now on. */
  allow?(host: string): void;
  /** Files of other hosts that this text does not name are wanted no more. */
  keep?(text: string): void;
}

export interface WorkplaceOptions extends EngineOptions {
  readonly files: OpenFiles;
  readonly backend: EngineChoice;
  readonly coarseFirst: boolean;
  /** Revisions of cells are told from here on, where another workplace told the ones before. */
  readonly revision?: number | undefined;
  /** For tests: where engines come from. */
  readonly open?: typeof openEngine;
}
