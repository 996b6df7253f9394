import { compile } from '$lib/cells/compile/compile';
import type { Program } from '$lib/cells/compile/program';
import type { ArrayChoice, Services } from '$lib/cells/cell-kind';
import { Ensembles } from '$lib/cells/ensembles';
import { modesOf } from '$lib/cells/kernel-modes';
import { bindKinds, kinds } from '$lib/cells/registry';
import { kernelEntry } from '$lib/cells/kernel-value';
import type { Block } from '$lib/cells/records';
import { datasetBudget } from '$lib/data/limits';
import type { NamedArray } from '$lib/data/npy';
import { Graph } from '$lib/graph/graph';
import type { Field } from '$lib/graph/kind';
import { hasStandIn, StandIn } from '$lib/graph/stand-in';
import { parse } from '$lib/sheet/parse';
import { isKernel, kernelBlock } from './kernel-block';
import type { KeptPoints } from './kept-points';
import { kindReports } from './kind-reports';
import type {
  Answering,
  CellReport,
  EngineReport,
  EntryChoice,
  KernelEntry,
  KindReport,
  Mode,
  ShaderReport,
  SheetWorker,
  View,
  ViewRequest,
} from './protocol';
import { Reader } from './reading';
import { cellOfNode, isPassing, partialOf, reportOf, resultOf } from './report';
import { shadersOf } from './shaders';
import { warningTexts } from './warnings';

/** Bytes of results kept for undo and sliding back, beyond those of the sheet as it stands. */
const BUDGET = 512 * 2 ** 20;
/** The inspector shows the modes of kernels of at most so many examples: a decomposition takes 6 P³ operations and blocks the worker. */
const MODES_LIMIT = 256;
/**
 * Seconds. After `after` of them a person is asked whether to go on, where more than `most` are left. Not earlier: compiling shaders and the
 * first steps of training are slow, and the estimate of the time left would be too long.
 */
const PATIENCE = { after: 10, most: 60 };
/** Reports are gathered for this long before they are sent: a frame. */
const GATHER = 16;
/** The most reports in one message to a page: it cannot draw while it takes them in. */
const TOGETHER = 250;

export interface HostOptions {
  readonly services: Omit<Services, 'ensembles'>;
  readonly engine: EngineReport;
  /** A person watches: coarse results come first, and before a long computation it is asked. Without it only the fine ones are made. */
  readonly coarseFirst: boolean;
  /** Revisions of cells are counted from this number, 0 when not given. A host that replaces another one continues its count. */
  readonly revision?: number;
  /** Where points are kept and taken from; nowhere when not given. */
  readonly kept?: KeptPoints;
}

/** The sheet evaluated: graph, cells, theory and backend behind `SheetWorker`. Runs in a worker, or in Node for the command line. */
export class SheetHost
  implements Omit<SheetWorker, 'addFile' | 'allow' | 'use' | 'watch' | 'recall' | 'recalled' | 'sweepFolder' | 'ask'>, Answering
{
  readonly #options: HostOptions;
  readonly #services: Services;
  readonly #graph: Graph;
  readonly #reader: Reader;
  #text = '';
  #program: Program = compile(parse(''), kinds);
  #listener: ((reports: readonly CellReport[]) => void) | undefined;
  readonly #changed = new Set<string>();
  readonly #sent = new Map<string, { json: string; hash: string; revision: number; partial: unknown; live: number }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When reports were sent last. */
  #flushed = performance.now();
  /** Runs in progress that no person watches. Their reports are sent at once, since a long computation may block the timers of this thread. */
  #unwatched = 0;
  #revision: number;
  #engine: EngineReport;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#engine = options.engine;
    this.#revision = options.revision ?? 0;
    this.#services = { ...options.services, ensembles: new Ensembles() };
    this.#graph = new Graph(bindKinds(this.#services), {
      budgetBytes: BUDGET,
      limitBytes: datasetBudget,
      ...(options.coarseFirst && { patience: PATIENCE }),
      archive: options.kept,
      onChange: (node) => {
        this.#mark(cellOfNode(node));
      },
    });
    this.#reader = new Reader(this.#graph);
  }

  /** The highest revision of a cell that was reported. */
  get revision(): number {
    return this.#revision;
  }

  /** Bytes of all results in memory: those of the sheet, and at most `BUDGET` of others. */
  get bytes(): number {
    return this.#graph.bytes;
  }

  /** The node that is being computed. */
  get computing(): string | undefined {
    return this.#graph.computing;
  }

  engine(): Promise<EngineReport> {
    return Promise.resolve(this.#engine);
  }

  /** Reports this of the engine from now on. */
  tellOf(engine: EngineReport): void {
    this.#engine = engine;
  }

  kinds(): Promise<readonly KindReport[]> {
    return Promise.resolve(kindReports());
  }

  listen(listener: (reports: readonly CellReport[]) => void): Promise<void> {
    this.#listener = listener;
    // The new listener has had no report yet.
    this.#sent.clear();
    return Promise.resolve();
  }

  async evaluate(text: string, signal?: AbortSignal): Promise<boolean> {
    const reading = this.#reader.read(text, signal);
    // A short text is parsed without a wait, so that the program changes before this method first returns.
    const read = reading instanceof Promise ? await reading : reading;
    if (!read) return false;
    const { program, diagnosed } = read;
    this.#text = text;
    this.#program = program;
    this.#graph.update(program.nodes, diagnosed);
    for (const node of this.#options.kept?.leftOut ?? []) this.#graph.stop(node);
    for (const key of this.#sent.keys()) if (!this.#program.cells.has(key)) this.#sent.delete(key);
    for (const key of this.#program.cells.keys()) this.#mark(key);
    return this.#run(signal);
  }

  /** How many points that came from elsewhere fit the sheet as it was last evaluated. */
  get recalled(): number {
    return this.#options.kept?.countMatching(this.#graph.pointKeys()) ?? 0;
  }

  async resume(key?: string): Promise<void> {
    if (this.#reader.ended) await this.#reader.ended;
    if (key === undefined) this.#graph.resume();
    else for (const node of this.#program.cells.get(key)?.nodes ?? []) this.#graph.resume(node);
    await this.#run();
  }

  async stop(key?: string): Promise<void> {
    if (this.#reader.ended) await this.#reader.ended;
    if (key === undefined) this.#graph.stop();
    else for (const node of this.#program.cells.get(key)?.nodes ?? []) this.#graph.stop(node);
  }

  async view(key: string, request: ViewRequest): Promise<View> {
    const compiled = this.#program.cells.get(key);
    const kind = compiled && kinds.get(compiled.kind);
    const state = compiled && this.#graph.state(compiled.root);
    const partial = partialOf(state);
    if (kind && partial !== undefined) return kind.live(partial, request);
    const result = resultOf(state);
    if (!kind || !result || result.field.points.some(hasStandIn)) return { type: 'none' };
    const view = await kind.view(result.field, request, this.#services);
    if (view.type !== 'kernel' || !state) return view;
    const warnings = isPassing(state.status, result) ? [] : result.warnings.slice(view.point, view.point + 1);
    return { ...view, warnings: warningTexts(key, warnings) };
  }

  async arrays(key: string, choice: ArrayChoice): Promise<readonly NamedArray[]> {
    const kind = kinds.get(this.#program.cells.get(key)?.kind ?? '');
    const field = this.#fieldOf(key);
    return kind && field ? kind.arrays(field, choice, this.#services) : [];
  }

  async shaders(key: string): Promise<readonly ShaderReport[]> {
    const nodes = this.#program.cells.get(key)?.nodes ?? [];
    return shadersOf(nodes.flatMap((node) => resultOf(this.#graph.state(node))?.accounts ?? []));
  }

  async modes(key: string, point: number): Promise<readonly Mode[]> {
    const value = this.#fieldOf(key)?.points[point];
    return isKernel(value) && value.kernel.train.rows <= MODES_LIMIT ? modesOf(value) : [];
  }

  async entry(key: string, choice: EntryChoice): Promise<KernelEntry | undefined> {
    const value = this.#fieldOf(key)?.points[choice.point];
    return isKernel(value) ? kernelEntry(value, choice) : undefined;
  }

  async matrices(key: string): Promise<readonly Block[]> {
    const points = this.#fieldOf(key)?.points ?? [];
    const blocks = points.map(async (value) => (value instanceof StandIn ? this.#options.kept?.block(value.key) : kernelBlock(value)));
    return (await Promise.all(blocks)).filter((block) => block !== undefined);
  }

  /** What failed is tried again. Resolves as `evaluate`. */
  async retry(): Promise<boolean> {
    if (this.#reader.ended) await this.#reader.ended;
    this.#graph.retry();
    return this.#run();
  }

  /** Files may have changed: everything is computed anew by the next evaluation. */
  forget(): void {
    this.#graph.update([]);
    this.#graph.forget();
    this.#services.ensembles.clear();
  }

  /** Ends all work and disposes of every value; the backend is its maker's to dispose of. */
  dispose(): void {
    this.#reader.stop();
    clearTimeout(this.#timer);
    this.#listener = undefined;
    this.#graph.dispose();
    this.#services.ensembles.clear();
  }

  /** What a cell shows. */
  #fieldOf(key: string): Field | undefined {
    const compiled = this.#program.cells.get(key);
    return compiled && resultOf(this.#graph.state(compiled.root))?.field;
  }

  async #run(signal?: AbortSignal): Promise<boolean> {
    const unwatched = this.#options.coarseFirst ? 0 : 1;
    this.#unwatched += unwatched;
    try {
      return await this.#graph.run({
        passes: this.#options.coarseFirst ? ['coarse', 'fine'] : ['fine'],
        ...(signal && { signal }),
      });
    } finally {
      this.#unwatched -= unwatched;
      this.#flush();
      while (this.#changed.size > 0) {
        await new Promise((resolve) => setTimeout(resolve));
        this.#flush();
      }
    }
  }

  #mark(key: string): void {
    this.#changed.add(key);
    // The clock is looked at, too: a timer does not fire during a long computation.
    if (this.#unwatched > 0 || performance.now() - this.#flushed >= GATHER) {
      this.#flush();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#flush();
    }, GATHER);
  }

  /** Sends what is new about the cells that changed. */
  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushed = performance.now();
    const reports: CellReport[] = [];
    let looked = 0;
    for (const key of this.#changed) {
      if (this.#unwatched === 0 && looked++ === TOGETHER) break;
      this.#changed.delete(key);
      const compiled = this.#program.cells.get(key);
      if (!compiled) continue;
      const before = this.#sent.get(key);
      const state = this.#graph.state(compiled.root);
      const hash = resultOf(state)?.hash ?? '';
      const revision = (before?.revision ?? this.#options.revision ?? 0) + (before?.hash === hash ? 0 : 1);
      this.#revision = Math.max(this.#revision, revision);
      const partial = partialOf(state);
      const live = partial === undefined ? 0 : (before?.live ?? 0) + (before?.partial === partial ? 0 : 1);
      const report = reportOf(this.#text, this.#program, compiled, (node) => this.#graph.state(node), { revision, live });
      const json = JSON.stringify(report);
      if (json === before?.json) continue;
      this.#sent.set(key, { json, hash, revision, partial, live });
      reports.push(report);
    }
    if (reports.length > 0) this.#listener?.(reports);
    if (this.#changed.size > 0) this.#timer ??= setTimeout(() => this.#flush());
  }
}
