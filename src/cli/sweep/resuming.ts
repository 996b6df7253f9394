import { Problem } from '$lib/base/problem';
import type { Evaluator } from '../evaluator';
import { programVersion } from '../version';
import { Journal, originOf } from './journal';

/** So many points are computed together at most, so that a kill loses no more. */
const MOST = 4;

/** A run that keeps its points in a file and goes on from it (`--resume`). */
export class Resuming {
  #fault: Error | undefined;

  private constructor(
    readonly evaluator: Evaluator,
    readonly journal: Journal,
  ) {}

  /**
   * @param root folder of the product
   * @throws Problem when the file is of something else or cannot be written, or the sheet is computed in a browser.
   */
  static async open(file: string, evaluator: Evaluator, root: string): Promise<Resuming> {
    const { keeping } = evaluator;
    if (!keeping) throw new Problem('--resume: points cannot be kept in a browser; give --backend cpu, or install the package webgpu');
    const journal = await Journal.open(file, originOf(programVersion(root), await evaluator.engine()));
    const resuming = new Resuming(evaluator, journal);
    if (journal.damaged > 0)
      process.stderr.write(`kernelsheet: ${file}: its last line was cut short when a run was killed, and is left out\n`);
    if (journal.records.length > 0) process.stderr.write(`kernelsheet: ${file}: ${journal.records.length} records are used again\n`);
    await keeping.recall(journal.records);
    await keeping.keep((record) => {
      // What failed is tried again the next time.
      if (record.problem || resuming.#fault) return;
      try {
        journal.add(record);
      } catch (error) {
        resuming.#fault = error instanceof Error ? error : new Error(String(error));
        void evaluator.stop();
      }
    }, MOST);
    return resuming;
  }

  /**
   * @param lost nothing more can be asked of the evaluator
   * @throws Problem when the file could not be written.
   */
  async finish(lost: boolean): Promise<void> {
    if (!lost) await this.evaluator.keeping?.kept();
    if (this.#fault) throw this.#fault;
  }

  close(): void {
    this.journal.close();
  }
}
