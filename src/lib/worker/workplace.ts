import { Problem } from '$lib/base/problem';
import type { GivenFile } from '$lib/data/given-files';
import { openEngine, openInstead, type OpenEngine } from './engine';
import { SheetHost } from './host';
import { KeptPoints } from './kept-points';
import { cellOfNode } from './report';
import { signatureOf } from './signature';
import { answerSweep } from './sweep-answer';
import type {
  Answer,
  Answering,
  CellReport,
  EngineChoice,
  EngineNews,
  EngineReport,
  Given,
  Keeping,
  KindReport,
  PointRecord,
  Question,
  SheetWorker,
} from './protocol';
import type { WorkplaceOptions } from './workplace-options';

/** A cell that needed more memory than the GPU had. */
interface Large {
  readonly key: string | undefined;
  /** The formulas it was computed from, as they were; without a key, the whole sheet. */
  readonly signature: string;
  readonly reason: string;
}

/**
 * The host on the engine that was chosen. Where another engine is chosen, or a GPU device is lost, the sheet moves to a new engine and is
 * computed anew.
 */
export class Workplace implements SheetWorker, Keeping {
  #host: SheetHost | undefined;
  #engine: OpenEngine | undefined;
  #listener: ((reports: readonly CellReport[]) => void) | undefined;
  #text = '';
  readonly #kept = new KeptPoints();
  #choice: EngineChoice;
  #losses = 0;
  #watcher: ((news: EngineNews) => void) | undefined;
  /** The cell that needed more memory than the GPU had: as long as it is in the sheet, the processor computes. */
  #large: Large | undefined;
  /** How often the engine was changed. */
  #moves = 0;
  /** Settles when there is a host to ask: at once, except while a new engine is being opened. */
  #opened: Promise<void>;
  /** Whether the last replay of the sheet on a new engine was finished. */
  #replayed: Promise<boolean> = Promise.resolve(true);

  private constructor(readonly options: WorkplaceOptions) {
    this.#choice = options.backend;
    this.#opened = this.#open(options.revision);
  }

  /** @throws Problem when an engine was asked for by name, `strict`ly, and cannot be had. */
  static async open(options: WorkplaceOptions): Promise<Workplace> {
    const workplace = new Workplace(options);
    await workplace.#opened;
    return workplace;
  }

  async #open(revision = 0): Promise<void> {
    await this.#take(await this.#find(), revision);
  }

  #find(): Promise<OpenEngine> {
    const { open = openEngine } = this.options;
    const large = this.#large;
    if (!large) return open(this.#choice, this.#losses, this.options);
    const what = large.key === undefined ? 'the sheet changes' : `${large.key} is changed or gone`;
    return openInstead(this.options, large.reason, what);
  }

  async #take(engine: OpenEngine, revision: number): Promise<void> {
    const { backend, report, ready } = engine;
    this.#engine = engine;
    this.#host = new SheetHost({
      services: { backend, files: this.options.files, ...(ready && { ready }) },
      engine: report,
      coarseFirst: this.options.coarseFirst,
      revision,
      kept: this.#kept,
    });
    if (this.#listener) await this.#host.listen(this.#listener);
    void engine.broken?.then((reason) => {
      if (this.#engine !== engine) return;
      if (reason instanceof Problem) this.#large = this.#largeOf(reason);
      else this.#losses += 1;
      void this.#unasked(this.#move());
    });
    void engine.better?.then((better) => {
      const wanted = this.#engine === engine;
      if ('backend' in better && 'report' in better) {
        if (wanted) void this.#unasked(this.#move((before) => this.#take(better, before)));
        else better.backend.dispose();
      } else if (wanted) {
        this.#host?.tellOf(better);
        this.#watcher?.({ moving: false, report: better });
      }
    });
  }

  /** What was being computed when the GPU had no memory left. */
  #largeOf(reason: Problem): Large {
    const computing = this.#host?.computing;
    const key = computing === undefined ? undefined : cellOfNode(computing);
    return { key, signature: signatureOf(this.#text, key), reason: `${reason.message}${key === undefined ? '' : ` (${key})`}.` };
  }

  /** Reports a move to another engine that the user did not ask for, from its beginning to its end. */
  async #unasked(moved: Promise<boolean>): Promise<void> {
    this.#watcher?.({ moving: true });
    const news = await moved
      .then(async (): Promise<EngineNews> => ({ moving: false, report: await this.engine() }))
      .catch((error: unknown) => ({ moving: false, failure: error instanceof Error ? error.message : String(error) }));
    this.#watcher?.(news);
  }

  /** Gives up the engine and every matrix on it. Returns the last revision of a cell that was told. */
  #close(): number {
    const revision = this.#host?.revision ?? 0;
    this.#host?.dispose();
    this.#engine?.backend.dispose();
    this.#host = undefined;
    this.#engine = undefined;
    return revision;
  }

  /** Opens the engine that is wanted now, and computes the sheet anew on it. */
  #move(open = (revision: number): Promise<void> => this.#open(revision)): Promise<boolean> {
    this.#moves += 1;
    const before = this.#opened.catch(() => undefined);
    this.#opened = before.then(() => open(this.#close()));
    this.#replayed = this.#evaluate(this.#text);
    // Callers that wait for an evaluation get the error; where there are none, it is ignored.
    this.#replayed.catch(() => undefined);
    return this.#replayed;
  }

  use(choice: EngineChoice): Promise<boolean> {
    this.#choice = choice;
    // Results of another engine are not shown as results of this one.
    this.#kept.clear();
    this.#losses = 0;
    this.#large = undefined;
    return this.#move();
  }

  /** Ends all work and gives the engine back. */
  async dispose(): Promise<void> {
    await this.#opened.catch(() => undefined);
    this.#close();
  }

  async #there(): Promise<SheetHost> {
    // Another engine may be chosen while this one opens.
    let opened: Promise<void>;
    do {
      opened = this.#opened;
      await opened;
    } while (opened !== this.#opened);
    if (!this.#host) throw new Error('the workplace is not open');
    return this.#host;
  }

  async engine(): Promise<EngineReport> {
    return (await this.#there()).engine();
  }

  async kinds(): Promise<readonly KindReport[]> {
    return (await this.#there()).kinds();
  }

  async listen(listener: (reports: readonly CellReport[]) => void): Promise<void> {
    this.#listener = listener;
    await (await this.#there()).listen(listener);
  }

  watch(listener: (news: EngineNews) => void): Promise<void> {
    this.#watcher = listener;
    return Promise.resolve();
  }

  /** As `SheetWorker` has it; where the engine changes on the way, it goes on until the replay on the next one has settled. */
  async evaluate(text: string, signal?: AbortSignal): Promise<boolean> {
    if (this.#large && this.#large.signature !== signatureOf(text, this.#large.key)) {
      // The cell that was too large for the GPU was changed or removed.
      this.#large = undefined;
      this.#text = text;
      const moved = this.#move();
      void this.#unasked(moved);
      return moved;
    }
    return this.#evaluate(text, signal);
  }

  #evaluate(text: string, signal?: AbortSignal): Promise<boolean> {
    this.#text = text;
    this.options.files.keep?.(text);
    return this.#follow((host) => (this.#text === text ? host.evaluate(text, signal) : Promise.resolve(false)));
  }

  async ask<Q extends Question>(question: Q, key: string, ...given: Given<Q>): Promise<Answer<Q>> {
    const host: Answering = await this.#there();
    return host[question](key, ...given);
  }

  readonly sweepFolder = answerSweep;

  /** Bytes of the results that are kept; `npm run soak` reads it. */
  async bytes(): Promise<number> {
    return (await this.#there()).bytes;
  }

  recall(records: readonly PointRecord[]): Promise<void> {
    this.#kept.recall(records);
    return Promise.resolve();
  }

  async recalled(): Promise<number> {
    return (await this.#there()).recalled;
  }

  keep(listener: (record: PointRecord) => void, most?: number): Promise<void> {
    this.#kept.listener = listener;
    this.#kept.together = most;
    return Promise.resolve();
  }

  kept(): Promise<void> {
    return this.#kept.settled();
  }

  leaveOut(nodes: readonly string[]): Promise<void> {
    this.#kept.leftOut = nodes;
    return Promise.resolve();
  }

  async stop(key?: string): Promise<void> {
    await (await this.#there()).stop(key);
  }

  async resume(key?: string): Promise<void> {
    await this.#follow(async (host) => {
      await host.resume(key);
      return true;
    });
  }

  async addFile(name: string, content: GivenFile): Promise<void> {
    this.options.files.add(name, content);
    (await this.#there()).forget();
    await this.evaluate(this.#text);
  }

  async allow(hosts: readonly string[]): Promise<void> {
    for (const host of hosts) this.options.files.allow?.(host);
    await this.#follow((host) => host.retry());
  }

  /** Work on the host. Where the engine changes before it is finished, the replay on the newest engine takes its place. */
  async #follow(work: (host: SheetHost) => Promise<boolean>): Promise<boolean> {
    const moves = this.#moves;
    const host = await this.#there();
    if (this.#moves !== moves) return this.#replayed;
    try {
      const done = await work(host);
      if (this.#moves === moves) return done;
    } catch (error) {
      // What fails because its engine went away is computed anew on the next one.
      if (this.#moves === moves) throw error;
    }
    return this.#replayed;
  }
}
