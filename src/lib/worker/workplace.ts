import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { createWebGpuBackend } from '$lib/backend/webgpu/backend';
import { Problem } from '$lib/base/problem';
import type { BrowserFiles } from './files';
import { SheetHost } from './host';
import type { CellReport, EngineReport, KindReport, SheetWorker, View, ViewRequest } from './protocol';

export interface WorkplaceOptions {
  readonly files: BrowserFiles;
  /** `auto` takes WebGPU and falls back on the reference with a notice; `webgpu` fails where there is no adapter. */
  readonly backend: 'auto' | 'webgpu' | 'reference';
  readonly coarseFirst: boolean;
}

interface Equipment {
  readonly backend: Backend;
  readonly notice: string;
  /** Resolves when the backend cannot be used any more. */
  readonly broken?: Promise<Error>;
}

/** A device lost this often in one session is not asked for again. */
const LOSSES = 3;

const equip = async (wanted: WorkplaceOptions['backend'], losses: number): Promise<Equipment> => {
  if (wanted !== 'reference' && losses < LOSSES) {
    const backend = await createWebGpuBackend({ gpu: globalThis.navigator.gpu });
    if (!(backend instanceof Problem)) return { backend, notice: '', broken: backend.broken };
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

  private constructor(readonly options: WorkplaceOptions) {}

  /** @throws Problem when `webgpu` was asked for and there is no adapter. */
  static async open(options: WorkplaceOptions): Promise<Workplace> {
    const workplace = new Workplace(options);
    await workplace.#furnish();
    return workplace;
  }

  async #furnish(): Promise<void> {
    const equipment = await equip(this.options.backend, this.#losses);
    const { backend, notice } = equipment;
    this.#equipment = equipment;
    this.#host = new SheetHost({
      services: { backend, files: this.options.files },
      engine: { backend: backend.name, adapter: backend.adapter, notice },
      coarseFirst: this.options.coarseFirst,
    });
    if (this.#listener) await this.#host.listen(this.#listener);
    void equipment.broken?.then(() => this.#move(equipment));
  }

  /** The device is gone and every matrix with it: a new one, and the sheet again. */
  async #move(from: Equipment): Promise<void> {
    if (this.#equipment !== from) return;
    this.#losses += 1;
    this.#host?.dispose();
    from.backend.dispose();
    await this.#furnish();
    await this.#there.evaluate(this.#text);
  }

  get #there(): SheetHost {
    if (!this.#host) throw new Error('the workplace is not open');
    return this.#host;
  }

  engine(): Promise<EngineReport> {
    return this.#there.engine();
  }

  kinds(): Promise<readonly KindReport[]> {
    return this.#there.kinds();
  }

  async listen(listener: (reports: readonly CellReport[]) => void): Promise<void> {
    this.#listener = listener;
    await this.#there.listen(listener);
  }

  evaluate(text: string, signal?: AbortSignal): Promise<boolean> {
    this.#text = text;
    return this.#there.evaluate(text, signal);
  }

  view(key: string, request: ViewRequest): Promise<View> {
    return this.#there.view(key, request);
  }

  matrices(key: string): ReturnType<SheetWorker['matrices']> {
    return this.#there.matrices(key);
  }

  stop(key?: string): Promise<void> {
    return this.#there.stop(key);
  }

  resume(): Promise<void> {
    return this.#there.resume();
  }

  async addFile(name: string, bytes: Uint8Array): Promise<void> {
    this.options.files.add(name, bytes);
    this.#there.forget();
    await this.#there.evaluate(this.#text);
  }
}
