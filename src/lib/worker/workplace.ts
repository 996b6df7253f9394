import type { FileSource } from '$lib/data/dataset';
import type { GivenFile } from '$lib/data/given-files';
import { openEngine, type EngineOptions, type OpenEngine } from './engine';
import { SheetHost } from './host';
import type {
  ArrayChoice,
  CellReport,
  EngineChoice,
  EngineReport,
  EntryChoice,
  KindReport,
  Mode,
  ShaderReport,
  SheetWorker,
  View,
  ViewRequest,
} from './protocol';

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
}

/**
 * The host on the engine that was chosen. Where another engine is chosen, or a GPU device is lost, the sheet moves to a new engine and is
 * computed anew.
 */
export class Workplace implements SheetWorker {
  #host: SheetHost | undefined;
  #engine: OpenEngine | undefined;
  #listener: ((reports: readonly CellReport[]) => void) | undefined;
  #text = '';
  #choice: EngineChoice;
  #losses = 0;
  /** How often the engine was changed. */
  #moves = 0;
  /** Settled when there is a host to ask: at once, but for the time it takes to get a new engine. */
  #opened: Promise<void>;
  /** What the last replay of the sheet on a new engine came to. */
  #replayed: Promise<boolean> = Promise.resolve(true);

  private constructor(readonly options: WorkplaceOptions) {
    this.#choice = options.backend;
    this.#opened = this.#open();
  }

  /** @throws Problem when an engine was asked for by name, `strict`ly, and cannot be had. */
  static async open(options: WorkplaceOptions): Promise<Workplace> {
    const workplace = new Workplace(options);
    await workplace.#opened;
    return workplace;
  }

  async #open(revision = 0): Promise<void> {
    const engine = await openEngine(this.#choice, this.#losses, this.options);
    const { backend, report, ready } = engine;
    this.#engine = engine;
    this.#host = new SheetHost({
      services: { backend, files: this.options.files, ...(ready && { ready }) },
      engine: report,
      coarseFirst: this.options.coarseFirst,
      revision,
    });
    if (this.#listener) await this.#host.listen(this.#listener);
    void engine.broken?.then(() => {
      if (this.#engine !== engine) return;
      this.#losses += 1;
      void this.#move();
    });
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
  #move(): Promise<boolean> {
    this.#moves += 1;
    const before = this.#opened.catch(() => undefined);
    this.#opened = before.then(() => this.#open(this.#close()));
    this.#replayed = this.evaluate(this.#text);
    // Who waits for an evaluation hears of it; when nobody does, nothing is lost.
    this.#replayed.catch(() => undefined);
    return this.#replayed;
  }

  use(choice: EngineChoice): Promise<boolean> {
    this.#choice = choice;
    this.#losses = 0;
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

  /** As `SheetWorker` has it; where the engine changes on the way, it goes on until the replay on the next one has settled. */
  async evaluate(text: string, signal?: AbortSignal): Promise<boolean> {
    this.#text = text;
    this.options.files.keep?.(text);
    return this.#follow((host) => (this.#text === text ? host.evaluate(text, signal) : Promise.resolve(false)));
  }

  async view(key: string, request: ViewRequest): Promise<View> {
    return (await this.#there()).view(key, request);
  }

  async shaders(key: string): Promise<readonly ShaderReport[]> {
    return (await this.#there()).shaders(key);
  }

  async modes(key: string, point: number): Promise<readonly Mode[]> {
    return (await this.#there()).modes(key, point);
  }

  async entry(key: string, choice: EntryChoice): ReturnType<SheetWorker['entry']> {
    return (await this.#there()).entry(key, choice);
  }

  async matrices(key: string): ReturnType<SheetWorker['matrices']> {
    return (await this.#there()).matrices(key);
  }

  async arrays(key: string, choice: ArrayChoice): ReturnType<SheetWorker['arrays']> {
    return (await this.#there()).arrays(key, choice);
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

  /** Work on the host. Where the engine changes before it has come to its end, the replay on the newest engine takes its place. */
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
