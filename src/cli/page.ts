import type { GivenFile } from '$lib/data/given-files';
import type { ArrayChoice, CellReport, EngineReport, NamedArray } from '$lib/worker/protocol';
import type { MatrixNumbers } from './outcome';

/** An array as it crosses to the command line. */
export interface ArrayNumbers extends Omit<NamedArray, 'data'> {
  readonly data: readonly number[];
}

/** What the page `/run` offers to the command line that drives it, as `window.kernelsheet`. Everything that crosses is plain data. */
export interface RunPage {
  /** Starts the worker on WebGPU; what is wrong with the machine, or nothing. */
  open(): Promise<string | undefined>;
  engine(): Promise<EngineReport>;
  addFile(name: string, content: GivenFile): Promise<void>;
  allow(hosts: readonly string[]): Promise<void>;
  /** Resolves when everything has settled and every report was handed on. */
  evaluate(text: string): Promise<boolean>;
  matrices(key: string): Promise<readonly MatrixNumbers[]>;
  arrays(key: string, choice: ArrayChoice): Promise<readonly ArrayNumbers[]>;
  stop(): Promise<void>;
}

declare global {
  interface Window {
    kernelsheet?: RunPage;
    /** Given by the command line: takes what is new. */
    kernelsheetReports?: (reports: readonly CellReport[]) => Promise<void>;
  }
}
