import { transfer } from 'comlink';
import { platformBytes, transferables } from '$lib/base/bytes';
import type { GivenFile } from '$lib/data/given-files';
import type { CellReport, EngineChoice, EngineNews, EngineReport, PointRecord, SheetWorker } from './protocol';

/** A worker that was opened. */
export interface Link {
  readonly service: SheetWorker;
  /** Resolves when the worker is no more. */
  readonly died: Promise<void>;
  /** Ends what may be left of it. */
  end(): void;
}

/** What a worker is opened with. */
export interface Opening {
  readonly backend: EngineChoice;
  /** Revisions of cells are told from here on. */
  readonly revision: number;
}

/** Workers that died so often in succession are not opened again on the engine that was chosen, and then not at all. */
const MOST_ON_CHOSEN = 2;
const MOST_AT_ALL = 4;
/** One that finished the sheet and lived for so many milliseconds ends the succession. */
const LONG_LIFE = 60_000;

const NOTICE = 'The engine stopped more than once. The sheet is computed on the processor.';

/**
 * The worker as the page calls it. When it dies, another one is opened and given the files, the recalled points and the sheet, and what was
 * asked for is asked again; where the engine that was chosen keeps dying the processor computes, with a notice.
 */
export class Supervisor implements SheetWorker {
  readonly #open: (opening: Opening) => Promise<Link>;
  #link: Promise<Link>;
  /** What the last replay of the sheet on a new worker came to. */
  #replayed: Promise<boolean> = Promise.resolve(true);
  #choice: EngineChoice;
  #deaths = 0;
  #born = 0;
  #finished = false;
  #revision = 0;
  #text: string | undefined;
  /** Kept as blobs, which a browser may put on its disk. */
  readonly #files = new Map<string, GivenFile>();
  readonly #hosts = new Set<string>();
  /** Points that came from elsewhere, each list as it was given. */
  #recalled: (readonly PointRecord[])[] = [];
  #listener: ((reports: readonly CellReport[]) => void) | undefined;
  #watcher: ((news: EngineNews) => void) | undefined;

  private constructor(
    open: (opening: Opening) => Promise<Link>,
    backend: EngineChoice,
    readonly strict: boolean,
  ) {
    this.#open = open;
    this.#choice = backend;
    this.#link = this.#opened(0);
  }

  /**
   * @param strict no other engine takes the place of the one that was named
   * @throws what `open` throws the first time.
   */
  static async start(open: (opening: Opening) => Promise<Link>, backend: EngineChoice, strict = false): Promise<Supervisor> {
    const supervisor = new Supervisor(open, backend, strict);
    await supervisor.#link;
    return supervisor;
  }

  async #opened(revision: number): Promise<Link> {
    const link = await this.#open({ backend: this.#givesWay ? 'cpu' : this.#choice, revision });
    this.#born = performance.now();
    this.#finished = false;
    void link.died.then(() => {
      this.#restart(link);
    });
    return link;
  }

  /** The processor takes the place of the engine that was chosen. */
  get #givesWay(): boolean {
    return !this.strict && this.#deaths >= MOST_ON_CHOSEN && this.#choice !== 'reference';
  }

  #restart(dead: Link): void {
    dead.end();
    if (this.#finished && performance.now() - this.#born > LONG_LIFE) this.#deaths = 0;
    this.#deaths += 1;
    this.#watcher?.({ moving: true });
    if (this.#deaths >= MOST_AT_ALL) {
      const failure = 'The engine stopped again and again. Nothing more is computed; change the sheet and load the page anew.';
      this.#link = Promise.reject(new Error(failure));
      this.#replayed = this.#link.then(() => false);
      for (const promise of [this.#link, this.#replayed]) promise.catch(() => undefined);
      this.#watcher?.({ moving: false, failure });
      return;
    }
    this.#link = this.#opened(this.#revision).then((link) => this.#initialise(link));
    this.#link.catch(() => undefined);
    const replayed = this.#replay(this.#link);
    this.#replayed = replayed;
    replayed.then(
      async () => {
        const report = await this.engine();
        if (this.#replayed === replayed) this.#watcher?.({ moving: false, report });
      },
      (error: unknown) => {
        const failure = `The engine could not be started again: ${error instanceof Error ? error.message : String(error)}`;
        if (this.#replayed === replayed) this.#watcher?.({ moving: false, failure });
      },
    );
  }

  /** Who listens, which files there are, and which points came from elsewhere. */
  async #initialise(link: Link): Promise<Link> {
    const { service, died } = link;
    const initialise = async (): Promise<void> => {
      if (this.#listener) await service.listen(this.#listener);
      if (this.#watcher) await service.watch(this.#watcher);
      if (this.#hosts.size > 0) await service.allow([...this.#hosts]);
      for (const records of this.#recalled) await service.recall(records);
      for (const [name, content] of this.#files) await service.addFile(name, content);
    };
    await Promise.race([initialise(), died]);
    return link;
  }

  async #replay(opening: Promise<Link>): Promise<boolean> {
    const link = await opening;
    if (this.#text === undefined) return true;
    return this.#evaluateOn(link, this.#text);
  }

  /** Evaluates; a worker that dies on the way leaves the answer to the replay on the next. */
  async #evaluateOn({ service, died }: Link, text: string, signal?: AbortSignal): Promise<boolean> {
    const done = await Promise.race([service.evaluate(text, signal), died]);
    if (done === undefined) return this.#replayed;
    if (done) this.#finished = true;
    return done;
  }

  /** Asks the worker, and should it die meanwhile the next one. */
  async #ask<T>(question: (service: SheetWorker) => Promise<T>): Promise<T> {
    for (;;) {
      const link = await this.#link;
      const answer = await Promise.race([question(link.service).then((value) => ({ value })), link.died]);
      if (answer) return answer.value;
    }
  }

  /** Work whose outcome the replay on the next worker has too. */
  async #work(work: (service: SheetWorker) => Promise<boolean>): Promise<boolean> {
    const { service, died } = await this.#link;
    return (await Promise.race([work(service), died])) ?? this.#replayed;
  }

  async evaluate(text: string, signal?: AbortSignal): Promise<boolean> {
    this.#text = text;
    const link = await this.#link;
    return this.#text === text ? this.#evaluateOn(link, text, signal) : false;
  }

  use(choice: EngineChoice): Promise<boolean> {
    this.#choice = choice;
    this.#deaths = 0;
    // As the workplace does: what another engine computed is not passed off as this one's.
    this.#recalled = [];
    return this.#work((service) => service.use(choice));
  }

  async engine(): Promise<EngineReport> {
    const report = await this.#ask((service) => service.engine());
    return this.#givesWay && report.notice === '' ? { ...report, notice: NOTICE } : report;
  }

  async resume(key?: string): Promise<void> {
    await this.#work(async (service) => {
      await service.resume(key);
      return true;
    });
  }

  async addFile(name: string, content: GivenFile): Promise<void> {
    this.#files.set(name, content instanceof Uint8Array ? new Blob([platformBytes(content)]) : content);
    await this.#work(async (service) => {
      await service.addFile(name, transfer(content, transferables(content)));
      return true;
    });
  }

  async allow(hosts: readonly string[]): Promise<void> {
    for (const host of hosts) this.#hosts.add(host);
    await this.#work(async (service) => {
      await service.allow(hosts);
      return true;
    });
  }

  async recall(records: readonly PointRecord[]): Promise<void> {
    this.#recalled.push(records);
    await this.#ask((service) => service.recall(records));
  }

  async listen(listener: (reports: readonly CellReport[]) => void): Promise<void> {
    this.#listener = (reports) => {
      for (const { revision } of reports) this.#revision = Math.max(this.#revision, revision);
      listener(reports);
    };
    const own = this.#listener;
    await this.#ask((service) => service.listen(own));
  }

  async watch(listener: (news: EngineNews) => void): Promise<void> {
    this.#watcher = listener;
    await this.#ask((service) => service.watch(listener));
  }

  readonly kinds: SheetWorker['kinds'] = () => this.#ask((service) => service.kinds());
  readonly recalled: SheetWorker['recalled'] = () => this.#ask((service) => service.recalled());
  readonly ask: SheetWorker['ask'] = (question, key, ...given) => this.#ask((service) => service.ask(question, key, ...given));
  readonly sweepFolder: SheetWorker['sweepFolder'] = (request) => this.#ask((service) => service.sweepFolder(request));
  readonly stop: SheetWorker['stop'] = (key) => this.#ask((service) => service.stop(key));
}
