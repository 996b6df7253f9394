import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { kernelModes, type KernelModes } from '$lib/theory/learning-curve';
import type { TrainedKernel } from '$lib/theory/theory';

/** Examples on which a kernel is evaluated: rows [n, D] and one label each. */
export interface Examples {
  readonly trainInputs: Float64Array;
  readonly trainLabels: Float64Array;
  readonly dimension: number;
}

const same = (a: Float64Array, b: Float64Array): boolean => a === b || (a.length === b.length && a.every((value, i) => value === b[i]));

/** Checks the number of a hidden layer; undefined is the last. @throws Problem where the network has no such layer. */
export const layerOf = ({ parameters: { depth } }: TrainedKernel, layer: number | undefined): number | undefined => {
  if (layer !== undefined && layer > depth)
    throw new Problem(`layer: must be a whole number from 1 to ${depth}, the depth of the network, got ${layer}`, { path: ['layer'] });
  return layer === depth ? undefined : layer;
};

/** Where a kernel is evaluated: on which examples, the parameter that gives them (for messages), and the hidden layer (the last when not given). */
export interface KernelPlace {
  readonly kernel: TrainedKernel;
  readonly examples: Examples;
  readonly path: string;
  readonly layer?: number | undefined;
}

/**
 * Φ of a hidden layer on the training examples of a dataset, row-major [n, n]: the kernel's own block where they are its own.
 *
 * @throws Problem when they do not fit the kernel, or when its theory has Φ on its own examples only.
 */
export const kernelOn = async (place: KernelPlace, backend: Backend, run: Run): Promise<Float64Array> => {
  const { kernel, examples, path, layer } = place;
  const { task } = kernel;
  if (examples.dimension !== task.dimension)
    throw new Problem(`${path}: must have inputs of dimension ${task.dimension} as the kernel's, got ${examples.dimension}`, {
      path: [path],
    });
  if (layer === undefined && same(examples.trainInputs, task.trainInputs)) return await backend.read(kernel.train);
  if (!kernel.on)
    throw new Problem(`${path}: must have the kernel's own training inputs; its theory, ${kernel.theory}, has it on no others`, {
      path: [path],
    });
  using block = await kernel.on(examples.trainInputs, run, layer);
  return await backend.read(block);
};

/** The most examples whose kernel is decomposed: 6 n³ operations without a yield then take some seconds. */
const mostExamples = 1024;

type ByLayer = Map<number | undefined, Promise<KernelModes>>;

const remembered = new WeakMap<TrainedKernel, WeakMap<Float64Array, ByLayer>>();

/**
 * The modes of a kernel on the training examples of a dataset, remembered with both, so that a sweep of sizes decomposes once.
 *
 * @throws Problem as `kernelOn`, and when there are too many examples.
 */
export const modesOn = async (place: KernelPlace, backend: Backend, run: Run): Promise<KernelModes> => {
  const { kernel, examples, path, layer } = place;
  const { trainLabels } = examples;
  if (trainLabels.length > mostExamples)
    throw new Problem(`${path}: at most ${mostExamples} training examples can be decomposed into modes, got ${trainLabels.length}`, {
      path: [path],
    });
  const ofKernel = remembered.get(kernel) ?? new WeakMap<Float64Array, ByLayer>();
  remembered.set(kernel, ofKernel);
  const mine = ofKernel.get(trainLabels) ?? (new Map() as ByLayer);
  ofKernel.set(trainLabels, mine);
  const known = mine.get(layer);
  if (known) return known;
  const found = kernelOn(place, backend, run).then((block) => kernelModes(block, trainLabels, backend.roundoff));
  mine.set(layer, found);
  // A stopped run must not make another run fail.
  found.catch(() => mine.delete(layer));
  return found;
};
