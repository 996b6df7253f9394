import type { FileSource } from '$lib/data/dataset';
import type { GivenFile } from '$lib/data/given-files';
import type { EngineOptions, openEngine } from './engine';
import type { EngineChoice } from './protocol';

/** Files that a sheet may read; those that were given are read under their names. */
export interface OpenFiles extends FileSource {
  add(name: string, content: GivenFile): void;
  /** Files may be requested from this host from now on. */
  allow?(host: string): void;
  /** Drops the files of other hosts that this text does not name. */
  keep?(text: string): void;
}

export interface WorkplaceOptions extends EngineOptions {
  readonly files: OpenFiles;
  readonly backend: EngineChoice;
  readonly coarseFirst: boolean;
  /** The last revision that was reported before. A workplace that replaces another continues its numbering. */
  readonly revision?: number | undefined;
  /** For tests: where engines come from. */
  readonly open?: typeof openEngine;
}
