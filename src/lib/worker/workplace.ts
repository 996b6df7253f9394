import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { createWebGpuBackend } from '$lib/backend/webgpu/backend';
import type { TuningMemory } from '$lib/backend/webgpu/tune';
import { Problem } from '$lib/base/problem';
import type { GivenFile } from '$lib/data/given-files';
import type { BrowserFiles } from './files';
import { SheetHost } from './host';
import type {
  ArrayChoice,
  CellReport,
  EngineReport,
  EntryChoice,
  KindReport,
  Mode,
  ShaderReport,
  SheetWorker,
  View,
  ViewRequest,
} from './protocol';

export interface WorkplaceOptions {
  readonly files: BrowserFiles;
  /** `auto` takes WebGPU and falls back on the reference with a notice; `webgpu` fails where there is no adapter. */
  readonly backend: 'auto' | 'webgpu' | 'reference';
  readonly coarseFirst: boolean;
  /** Keeps what was measured of adapters. */
  readonly memory?: TuningMemory | undefined;
}

interface Equipment {
  readonly backend: Backend;
  readonly notice: string;
  /** As `Services` has them. */
  readonly ready?: Promise<void>;
  readonly sketch?: Backend;
  /** Resolves when the backend cannot be used any more. */
  readonly broken?: Promise<Error>;
}

/** A device lost this often in one session is not asked for again. */
const LOSSES = 3;

const equip = async ({ backend: wanted, memory }: WorkplaceOptions, losses: number): Promise<Equipment> => {
  if (wanted !== 'reference' && losses < LOSSES) {
    const backend = await createWebGpuBackend({ gpu: globalThis.navigator.gpu, memory, double: createReferenceBackend() });
    if (!(backend instanceof Problem)) {
      return {
        backend,
        notice: '',
        // A device that is lost on the way says so by `broken`.
        ready: backend.warmUp().catch(() => undefined),
        ...(backend.software && { sketch: createReferenceBackend() }),
        broken: backend.broken,
      };
    }
    if (wanted === 'webgpu') throw backend;
    return {
      backend: createReferenceBackend(),
      notice: `${backend.message} The sheet is computed on the processor, in double precision: slower, and exact.`,
    };
  }
  const notice = wanted === 'reference' ? '' : 'The GPU was lost repeatedly. The sheet is computed on the processor, in double precision.';
  return { backend: createReferenceBackend(), notice };
};

/** The host on whatever there is to compute with; when a GPU device is lost the sheet moves to a new one and is replayed. */
export class Workplace implements SheetWorker {
  #host: SheetHost | undefined;
  #equipment: Equipment | undefined;
  #listener: ((reports: readonly CellReport[]) => void) | undefined;
  #text = '';
  #losses = 0;
  /** Settled when there is a host to ask: at once, but for the time it takes to get a new device. */
  #furnished: Promise<void> = Promise.resolve();
  /** What the last replay of the sheet on a new device came to. */
  #replayed: Promise<boolean> = Promise.resolve(true);

  private constructor(readonly options: WorkplaceOptions) {}

  /** @throws Problem when `webgpu` was asked for and there is no adapter. */
  static async open(options: WorkplaceOptions): Promise<Workplace> {
    const workplace = new Workplace(options);
    await workplace.#furnish();
    return workplace;
  }

  async #furnish(): Promise<void> {
    const equipment = await equip(this.options, this.#losses);
    const { backend, notice, ready, sketch } = equipment;
    this.#equipment = equipment;
    this.#host = new SheetHost({
      services: { backend, files: this.options.files, ...(ready && { ready }), ...(sketch && { sketch }) },
      engine: { backend: backend.name, adapter: backend.adapter, notice },
      coarseFirst: this.options.coarseFirst,
    });
    if (this.#listener) await this.#host.listen(this.#listener);
    void equipment.broken?.then(() => {
      this.#move(equipment);
    });
  }

  /** The device is gone and every matrix with it: a new one, and the sheet again. */
  #move(from: Equipment): void {
    if (this.#equipment !== from) return;
    this.#losses += 1;
    this.#host?.dispose();
    from.backend.dispose();
    this.#equipment = undefined;
    this.#furnished = this.#furnish();
    this.#replayed = this.evaluate(this.#text);
    // Who waits for an evaluation hears of it; when nobody does, nothing is lost.
    this.#replayed.catch(() => undefined);
  }

  async #there(): Promise<SheetHost> {
    await this.#furnished;
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

  /** As `SheetWorker` has it; where the device is lost on the way, it goes on until the replay on the next one has settled. */
  async evaluate(text: string, signal?: AbortSignal): Promise<boolean> {
    this.#text = text;
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

  async #follow(work: (host: SheetHost) => Promise<boolean>): Promise<boolean> {
    const host = await this.#there();
    const equipment = this.#equipment;
    const done = await work(host);
    return this.#equipment === equipment ? done : this.#replayed;
  }
}
