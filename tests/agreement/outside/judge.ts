import type { Backend } from '../../../src/lib/backend/backend';
import type { Activation } from '../../../src/lib/base/activation';
import { Problem } from '../../../src/lib/base/problem';
import { bayes } from '../../../src/lib/theory/bayes';
import { symmetricEigen } from '../../../src/lib/theory/eigen';
import type { SourceParameters, Task, TrainedKernel } from '../../../src/lib/theory/theory';
import { rotatedRows } from '../../support/few-directions';
import { quietly } from '../../support/networks';
import { bayesParameters, normals } from '../../support/task';

/** What `truth.py` says of one kernel: its lower half, its two leading eigenvalues, errors, and how strongly a slight direction is felt. */
export interface OutsideTruth {
  readonly kernel: readonly number[];
  readonly eigen: readonly number[];
  readonly test: number;
  readonly train: number;
  readonly force: number;
}

/** A source and a target in the plane, rows [n, 2], with their right values. */
export interface OutsidePair {
  readonly seed: number;
  readonly source: string;
  readonly target: string;
  readonly activation: string;
  readonly gamma: number;
  readonly temperature: number;
  readonly delta: number;
  readonly scale: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly z: readonly number[];
  readonly yz: readonly number[];
  readonly x2: readonly number[];
  readonly y2: readonly number[];
  readonly z2: readonly number[];
  readonly yz2: readonly number[];
  readonly truth: readonly OutsideTruth[];
}

/**
 * How a pair is put into D dimensions with (nearly) the same law. `rotated`: padded with zeros and rotated, exactly the same. `slight`: training inputs have D − 2
 * further directions in which they vary by next to nothing. `repeated`: every example `times` times, at a temperature as many times as high, exactly the same.
 */
export interface Way {
  readonly name: string;
  readonly dimension: number;
  readonly slight: boolean;
  readonly times: number;
}

export const ways: readonly Way[] = [
  { name: 'plane', dimension: 2, slight: false, times: 1 },
  { name: 'rotated', dimension: 40, slight: false, times: 1 },
  { name: 'slight', dimension: 5, slight: true, times: 1 },
  { name: 'slight', dimension: 10, slight: true, times: 1 },
  { name: 'slight', dimension: 24, slight: true, times: 1 },
  { name: 'repeated', dimension: 2, slight: false, times: 5 },
];

/** Sizes of a slight direction beside a strong one: large enough to count as a direction, and at most. */
const [least, largest] = [3e-5, 3e-4];

/**
 * What slight directions may add to ½γ²s², in deviations, for the law in the plane to be the truth: second order, so that weights change by some half of its
 * square.
 */
const felt = 0.15;

/** The size of each slight direction, and what all of them add to ½γ²s² as a deviation. */
export function slightness({ truth }: OutsidePair, { dimension, slight }: Way): { readonly size: number; readonly tilt: number } {
  if (!slight) return { size: 0, tilt: 0 };
  const force = Math.max(...truth.map((one) => one.force)) * Math.sqrt((dimension - 2) / 2);
  const size = Math.max(least, Math.min(largest, felt / force));
  return { size, tilt: size * force };
}

export function taskOf(
  pair: OutsidePair,
  way: Way,
  [x, y, z, yz]: readonly [readonly number[], readonly number[], readonly number[], readonly number[]],
): Task {
  const { dimension, slight, times } = way;
  const { size } = slightness(pair, way);
  const normal = normals(9 + pair.seed);
  const scale = Math.sqrt(dimension / 2);
  const wide = (rows: readonly number[], rest: number): Float64Array =>
    slight
      ? Float64Array.from({ length: (rows.length / 2) * dimension }, (_, at) => {
          const k = at % dimension;
          return scale * (k < 2 ? rows[2 * Math.floor(at / dimension) + k]! : rest === 0 ? 0 : rest * normal());
        })
      : rotatedRows(rows, 2, dimension);
  const many = (rows: Float64Array): Float64Array => Float64Array.from(Array.from({ length: times }, () => [...rows]).flat());
  return {
    dimension,
    trainInputs: many(wide(x, size)),
    trainLabels: many(Float64Array.from(y)),
    testInputs: wide(z, 0),
    testLabels: Float64Array.from(yz),
  };
}

/** How far a kernel is from the truth: relative errors, and those of the errors in standard errors too. */
export interface Row {
  readonly role: string;
  readonly kernel: number;
  readonly eigen: number;
  readonly test: number;
  readonly testSigmas: number;
  readonly train: number;
  readonly trainSigmas: number;
  readonly by: string;
  readonly warnings: readonly string[];
  readonly wrong: boolean;
}

/** What may be off without a warning: of kernels and eigenvalues, and of errors beyond so many standard errors. */
const allowed = { share: 0.03, sigmas: 3 } as const;

async function rowOf(backend: Backend, kernel: TrainedKernel, right: OutsideTruth, times: number): Promise<Row> {
  const all = await backend.read(kernel.train);
  const whole = kernel.task.trainLabels.length;
  const size = whole / times;
  const phi = Float64Array.from({ length: size * size }, (_, at) => all[Math.floor(at / size) * whole + (at % size)]!);
  const exact = Float64Array.from({ length: size * size }, (_, at) => {
    const [a, b] = [Math.floor(at / size), at % size];
    return right.kernel[(Math.max(a, b) * (Math.max(a, b) + 1)) / 2 + Math.min(a, b)]!;
  });
  const { values } = symmetricEigen(phi, size);
  const { test, train, stderr } = await kernel.errors(quietly());
  const { nodes, effectiveSamples } = kernel.health;
  const apart = Math.hypot(...phi.map((value, at) => value - exact[at]!)) / Math.hypot(...exact);
  // The second in units of the first where it is small.
  const eigen = Math.max(
    ...[0, 1].map((k) => Math.abs(values[size - 1 - k]! - right.eigen[k]!) / Math.max(right.eigen[k]!, 0.1 * right.eigen[0]!)),
  );
  const off = (found: number, truth: number, error: number | undefined) => ({
    share: Math.abs(found / truth - 1),
    sigmas: Math.abs(found - truth) / (error ?? NaN),
  });
  const [ofTest, ofTrain] = [off(test, right.test, stderr?.test), off(train, right.train, stderr?.train)];
  const errs = ({ share, sigmas }: { share: number; sigmas: number }): boolean => share > allowed.share && !(sigmas <= allowed.sigmas);
  return {
    role: kernel.role,
    kernel: apart,
    eigen,
    test: ofTest.share,
    testSigmas: ofTest.sigmas,
    train: ofTrain.share,
    trainSigmas: ofTrain.sigmas,
    by: nodes !== undefined ? 'nodes' : effectiveSamples !== undefined ? `${Math.round(effectiveSamples)} samples` : 'particles',
    warnings: kernel.warnings,
    wrong: Math.max(apart, eigen) > allowed.share || errs(ofTest) || errs(ofTrain),
  };
}

/** Source and target of a pair, put into D dimensions one way, beside the truth. */
export async function judge(
  backend: Backend,
  pair: OutsidePair,
  way: Way,
  change: Partial<SourceParameters> = {},
): Promise<readonly Row[]> {
  const { gamma, delta } = pair;
  const temperature = way.times * pair.temperature;
  const parameters = { ...bayesParameters, activation: pair.activation as Activation, gamma, temperature, ...change };
  const good = (kernel: TrainedKernel | Problem | undefined): TrainedKernel => {
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Error('no kernel');
    return kernel;
  };
  const first = taskOf(pair, way, [pair.x, pair.y, pair.z, pair.yz]);
  using source = good((await bayes.source(backend, [{ task: first, parameters }], quietly()))[0]);
  const own = await rowOf(backend, source, pair.truth[0]!, way.times);
  const second = taskOf(pair, way, [pair.x2, pair.y2, pair.z2, pair.yz2]);
  using target = good((await bayes.target(backend, [{ source, task: second, delta, parameters }], quietly()))[0]);
  return [own, await rowOf(backend, target, pair.truth[1]!, way.times)];
}
