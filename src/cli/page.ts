import type { CellReport, EngineReport, Question } from '$lib/worker/protocol';

/** What the page `/run` offers to the command line that drives it, as `window.kernelsheet`. What crosses is copied. */
export interface RunPage {
  /** Starts the worker on WebGPU; what is wrong with the machine, or nothing. */
  open(): Promise<string | undefined>;
  engine(): Promise<EngineReport>;
  /** A small file, or why it may not be read. */
  addFile(name: string, content: Uint8Array | { readonly refused: string }): Promise<void>;
  /** A piece of a larger file; with the last one it may be read. */
  addPiece(name: string, bytes: Uint8Array, last: boolean): Promise<void>;
  allow(hosts: readonly string[]): Promise<void>;
  /** Resolves when everything has settled and every report was handed on. */
  evaluate(text: string): Promise<boolean>;
  /** As `Ask`; what is said crosses without its types. */
  ask(question: Question, key: string, ...given: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

declare global {
  interface Window {
    kernelsheet?: RunPage;
    /** Given by the command line: takes what is new. */
    kernelsheetReports?: (reports: readonly CellReport[]) => Promise<void>;
  }
}
