import type { EngineChoice, EngineReport } from '$lib/worker/protocol';

/** An engine as it is called on the page. */
export const engineNames: Readonly<Record<EngineReport['backend'], string>> = { webgpu: 'WebGPU', cpu: 'CPU', reference: 'Reference' };

/** The choices in the order of the menu, and what each is for. */
export const engineEntries: readonly { readonly choice: EngineChoice; readonly name: string; readonly meaning: string }[] = [
  { choice: 'auto', name: 'Automatic', meaning: 'WebGPU on a graphics card, CPU elsewhere' },
  { choice: 'webgpu', name: engineNames.webgpu, meaning: 'shaders, single precision refined in double' },
  { choice: 'cpu', name: engineNames.cpu, meaning: 'WebAssembly, double precision' },
  { choice: 'reference', name: engineNames.reference, meaning: 'plain TypeScript, double precision: slow, to compare with' },
];

/** What computes, in a line: `CPU, 3 threads` or `WebGPU on google swiftshader`. */
export const engineLine = ({ backend, adapter, threads }: EngineReport): string => {
  if (backend === 'webgpu') return `${engineNames.webgpu} on ${adapter}`;
  const count = threads === undefined ? '' : threads === 1 ? ', 1 thread' : `, ${threads} threads`;
  return engineNames[backend] + count;
};

/** What else there is to know of the engine in use, a sentence each. */
export const engineFacts = (report: EngineReport, isolated: boolean): string[] => [
  `Computing on ${engineLine(report)}.`,
  ...(report.gpu ? [`${report.gpu}.`] : []),
  ...(report.backend === 'cpu' && !isolated ? ['More threads need headers that this page came without.'] : []),
];
