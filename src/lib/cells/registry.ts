import type { Registry } from '$lib/graph/kind';
import type { CellKind, Services } from './cell-kind';
import { alignment } from './kinds/alignment';
import { check, checkComparison } from './kinds/check';
import { choice } from './kinds/choice';
import { coupling } from './kinds/coupling';
import { density } from './kinds/density';
import { digits } from './kinds/digits';
import { each } from './kinds/each';
import { error } from './kinds/error';
import { heatmap } from './kinds/heatmap';
import { history } from './kinds/history';
import { images } from './kinds/images';
import { learningCurve } from './kinds/learning-curve';
import { linearTask } from './kinds/linear-task';
import { linearTheory } from './kinds/linear-theory';
import { manifoldTask } from './kinds/manifold-task';
import { networks } from './kinds/networks';
import { note } from './kinds/note';
import { overlap } from './kinds/overlap';
import { plot } from './kinds/plot';
import { polynomialTask } from './kinds/polynomial-task';
import { range } from './kinds/range';
import { slider } from './kinds/slider';
import { sourceKernel } from './kinds/source-kernel';
import { spectrum } from './kinds/spectrum';
import { table } from './kinds/table';
import { targetKernel } from './kinds/target-kernel';
import { arithmeticKinds } from './operators/arithmetic';
import { constantKind, sameKind } from './operators/constant';
import { fieldKind, provenanceKind } from './operators/field';
import { functionKinds } from './operators/functions';
import { reductionKinds, severalKinds } from './operators/reductions';
import { selectKind } from './operators/select';

/** The kinds a sheet can call by name, as the palette lists them. */
export const namedKinds: readonly CellKind[] = [
  slider,
  choice,
  range,
  each,
  digits,
  images,
  table,
  linearTask,
  polynomialTask,
  manifoldTask,
  sourceKernel,
  coupling,
  targetKernel,
  error,
  spectrum,
  alignment,
  density,
  overlap,
  learningCurve,
  linearTheory,
  networks,
  history,
  plot,
  heatmap,
  check,
  note,
  ...functionKinds,
  ...reductionKinds,
];

/** What the compiler makes of operators, fields and selections. */
const operatorKinds: readonly CellKind[] = [
  ...arithmeticKinds,
  ...severalKinds,
  checkComparison,
  constantKind,
  sameKind,
  fieldKind,
  provenanceKind,
  selectKind,
];

/** Every kind by its name. Adding a kind touches its own file and this one. */
export const kinds: ReadonlyMap<string, CellKind> = new Map([...namedKinds, ...operatorKinds].map((kind) => [kind.name, kind]));

/** The kinds as the graph computes with them. */
export const bindKinds = (services: Services): Registry => new Map([...kinds].map(([name, kind]) => [name, kind.bind(services)]));
