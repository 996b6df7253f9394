/** The colour a kind is known by: the name of a CSS variable. Known before the worker has spoken, so that nothing changes colour. */
export type Purpose = 'input' | 'data' | 'theory' | 'network' | 'view' | 'function';

const known: Readonly<Record<string, Purpose>> = {
  slider: 'input',
  choice: 'input',
  range: 'input',
  each: 'input',
  note: 'function',
  digits: 'data',
  images: 'data',
  table: 'data',
  source_kernel: 'theory',
  target_kernel: 'theory',
  coupling: 'theory',
  error: 'theory',
  spectrum: 'theory',
  alignment: 'theory',
  density: 'theory',
  learning_curve: 'theory',
  linear_theory: 'theory',
  networks: 'network',
  history: 'network',
  plot: 'view',
  heatmap: 'view',
  check: 'view',
};

/** @param kind a name as the sheet has it. It may be any word, even one that every object has as a property (`constructor`). */
export const purposeOf = (kind: string): Purpose => {
  const purpose = Object.hasOwn(known, kind) ? known[kind] : undefined;
  return purpose ?? (kind.endsWith('_task') ? 'data' : 'function');
};
