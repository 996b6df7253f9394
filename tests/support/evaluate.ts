import type { Backend } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { Problem } from '$lib/base/problem';
import { assetPath } from '$lib/data/assets';
import { bytesFile } from '$lib/data/byte-file';
import type { FileSource } from '$lib/data/dataset';
import { SheetHost } from '$lib/worker/host';
import type { CellReport } from '$lib/worker/protocol';
import { readFile } from 'node:fs/promises';

/** Files for tests: the product's own, and those given as text. */
export const filesWith = (named: Readonly<Record<string, string>> = {}): FileSource => ({
  open: async (name) => {
    const asset = assetPath(name);
    if (asset !== undefined) return bytesFile(new Uint8Array(await readFile(`static/${asset}`)));
    const text = named[name];
    if (text === undefined) throw new Problem(`file: there is no file ${name} here`, { path: ['file'], absent: true });
    return bytesFile(new TextEncoder().encode(text));
  },
});

/** A sheet evaluated on the reference, or on the backend given; each `evaluate` resolves with the last report of every cell. */
export class TestSheet {
  readonly reports = new Map<string, CellReport>();
  readonly host: SheetHost;

  constructor(
    files: FileSource = filesWith(),
    readonly backend: Backend = createReferenceBackend(),
  ) {
    this.host = new SheetHost({
      services: { backend, files },
      engine: { backend: backend.name, adapter: backend.adapter, notice: '' },
      coarseFirst: false,
    });
    void this.host.listen((reports) => {
      for (const report of reports) this.reports.set(report.key, report);
    });
  }

  async evaluate(text: string): Promise<ReadonlyMap<string, CellReport>> {
    await this.host.evaluate(text);
    return this.reports;
  }
}

/** One sheet, once. */
export const evaluate = async (text: string, files?: FileSource, backend?: Backend): Promise<(key: string) => CellReport> => {
  const sheet = new TestSheet(files, backend);
  const reports = await sheet.evaluate(text);
  sheet.host.dispose();
  return (key) => {
    const report = reports.get(key);
    if (!report) throw new Error(`no report of ${key}; there are ${[...reports.keys()].join(', ')}`);
    return report;
  };
};
