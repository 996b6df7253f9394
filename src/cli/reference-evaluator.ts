import { createReferenceBackend } from '$lib/backend/reference/reference';
import type { GivenFile } from '$lib/data/given-files';
import { SheetHost } from '$lib/worker/host';
import type { Evaluator } from './evaluator';
import { NodeFiles } from './node-files';

/** Evaluates in this process, in double precision, without any browser. */
export const referenceEvaluator = (root: string): Evaluator => {
  const backend = createReferenceBackend();
  const files = new NodeFiles(root);
  const host = new SheetHost({
    services: { backend, files },
    engine: { backend: 'reference', adapter: backend.adapter, notice: '' },
    coarseFirst: false,
  });
  return Object.assign(host, {
    addFile: (name: string, content: GivenFile) => {
      files.add(name, content);
      return Promise.resolve();
    },
    close: () => {
      host.dispose();
      return Promise.resolve();
    },
  });
};
