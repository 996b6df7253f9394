import { Problem } from '$lib/base/problem';
import type { Dataset } from '$lib/data/dataset';
import type { NamedArray } from '$lib/data/npy';
import { valuesOf, type Gapped } from '$lib/graph/gap';
import type { Field } from '$lib/graph/kind';
import { methodOf, networkMethods, type NetworkExport, type NetworkPoint, type NetworkResult } from '$lib/theory/networks/networks';
import { inBatches } from '../batches';
import { defineKind } from '../cell-kind';
import { errorNumbers } from '../errors-value';
import { integer, number, oneOf, optional, type Parsed } from '../parameter';
import { networkOf, trainedNetworks, type Trained, type Training } from '../training';
import { trainingView } from '../training-view';
import { healthNumbers, valueOf, type CouplingValue, type EnsembleValue, type KernelValue } from '../values';

const parameters = {
  coupling: valueOf(['coupling'], 'the tie to the source: its task, its theory’s parameters, δ; of a target kernel all tasks of its chain'),
  data: valueOf(['dataset'], 'the target task'),
  width: { ...integer({ min: 1, max: 65_536, meaning: 'N, neurons of each hidden layer', fallback: 64 }), symbol: 'N' },
  seeds: integer({ min: 1, max: 4096, meaning: 'how many networks, for the standard errors', fallback: 8 }),
  method: optional(
    oneOf(networkMethods, { meaning: 'gradient flow, sampling of the posterior, or ridge on the source’s features' }),
    'that of the theory',
  ),
  time: optional(
    number({ above: 0, meaning: 'gradient only: how long the flow runs; that of a source of theory "flow" as the source says' }),
    'the source’s in flow, else 10',
  ),
  step: optional(
    number({
      above: 0,
      meaning: 'gradient only: length of a step; made shorter where needed, so that a whole number of steps fills the time',
    }),
    'from the largest curvature',
  ),
  weight_decay: optional(
    number({ min: 0, meaning: 'gradient only: λ; that of a source of theory "flow" as the source says' }),
    'the source’s in flow, else 0',
  ),
  burn_in: integer({ min: 0, meaning: 'langevin only: trajectories thrown away at the start', fallback: 200 }),
  samples: integer({ min: 1, meaning: 'langevin only: samples kept of each network', fallback: 100 }),
  thinning: integer({ min: 1, meaning: 'langevin only: trajectories from one sample to the next', fallback: 2 }),
  longer: integer({ min: 0, max: 1023, meaning: 'how many times the training is continued for as long again', fallback: 0 }),
  gamma: optional(number({ above: 0, meaning: 'richness γ of the target' }), 'the source’s'),
  temperature: optional(number({ above: 0, meaning: 'T of the target' }), 'the source’s'),
  seed: integer({ min: 0, meaning: 'of the random numbers', fallback: 1 }),
};

/** The couplings of a chain of tasks, the first first. */
const couplingsOf = (coupling: CouplingValue): readonly CouplingValue[] => [
  ...(coupling.source.type === 'target kernel' ? couplingsOf(coupling.source.coupling) : []),
  coupling,
];

/** What the sheet says, as the theory of networks has it. */
const networkPoint = (given: Parsed<typeof parameters>): NetworkPoint => {
  const { data, gamma, temperature, weight_decay: weightDecay, time, step } = given;
  const couplings = couplingsOf(given.coupling);
  const coupling = couplings.at(-1)!;
  const { kernel } = coupling.source;
  const told = kernel.parameters;
  const flow = kernel.theory === 'flow' ? { weightDecay: told.weightDecay, time: told.time } : undefined;
  const after = { weightDecay: weightDecay ?? flow?.weightDecay ?? 0, time: time ?? flow?.time ?? 10 };
  // Other theories say nothing of how their source is trained: as its target is.
  const before = ({ kernel: { parameters: own } }: KernelValue) =>
    flow ? { weightDecay: own.weightDecay, time: own.time } : { weightDecay: after.weightDecay, time: after.time };
  const stageOf = (source: KernelValue) => {
    const { parameters } = source.kernel;
    return { task: source.data, gamma: parameters.gamma, temperature: parameters.temperature, ...before(source) };
  };
  const [first, ...rest] = couplings;
  return {
    theory: kernel.theory,
    method: given.method ?? methodOf(kernel.theory, told.kernel),
    activation: told.activation,
    depth: told.depth,
    source: stageOf(first!.source),
    // Each task but the first and the last is the source of a coupling, and tied by the coupling before.
    ...(rest.length > 0 && {
      between: rest.map(({ source }, i) => ({ ...stageOf(source), delta: couplings[i]!.delta, readout: couplings[i]!.readout })),
    }),
    target: { task: data.data, gamma: gamma ?? told.gamma, temperature: temperature ?? told.temperature, ...after },
    delta: coupling.delta,
    readout: coupling.readout,
    width: given.width,
    seeds: given.seeds,
    seed: given.seed,
    ...(step !== undefined && { step }),
    burnIn: given.burn_in,
    samples: given.samples,
    thinning: given.thinning,
  };
};

/** The errors, and the norm of the readout beside them. */
const networkNumbers = ({ errors, readoutNorm: { mean, stderr } }: NetworkResult, data: Dataset): ReturnType<typeof errorNumbers> => {
  const { fields, ...rest } = errorNumbers(errors, data);
  return { ...rest, fields: { ...fields, readout_norm: mean, ...(stderr !== undefined && { 'readout_norm.stderr': stderr }) } };
};

const networksValue = (result: NetworkResult, training: Training, data: Dataset): EnsembleValue => ({
  type: 'network ensemble',
  mark: 'points',
  summary: {
    ...networkNumbers(result, data),
    diagnostics: { ...healthNumbers(result.health), ...(result.errors.stderr && { stderr: result.errors.stderr.test }) },
    warnings: result.warnings,
  },
  training,
});

/** The numbers of one network, under the names their files have. */
const arraysOf = (network: NetworkExport, { target, width }: NetworkPoint): NamedArray[] => {
  const [train, test] = [target.task.trainLabels.length, target.task.testLabels.length];
  return [
    ...network.weights.map(({ rows, columns, values }, layer) => ({ name: `w${layer + 1}`, shape: [rows, columns], data: values })),
    { name: 'v', shape: [width], data: network.readout },
    { name: 'train_features', shape: [train, width], data: network.trainFeatures },
    { name: 'test_features', shape: [test, width], data: network.testFeatures },
    { name: 'train_outputs', shape: [train], data: network.trainOutputs },
    { name: 'test_outputs', shape: [test], data: network.testOutputs },
  ];
};

/** Arrays of one name as one, the networks its first axis. */
const stacked = (each: readonly (readonly NamedArray[])[]): NamedArray[] =>
  (each[0] ?? []).map(({ name, shape, data }, index) => {
    const all = new Float64Array(each.length * data.length);
    each.forEach((arrays, seed) => {
      all.set(arrays[index]?.data ?? [], seed * data.length);
    });
    return { name, shape: [each.length, ...shape], data: all };
  });

/** Finite networks, trained first on the source and then, tied to it, on the target: `theory.md` §6. */
export const networks = defineKind({
  name: 'networks',
  deferred: true,
  purpose: 'network',
  meaning:
    'finite networks trained on the source and then on the target, or on all tasks of a chain, many at once: what the theory predicts, measured; beside the errors `readout_norm`, |v|²/N of their readout',
  makes: 'network ensemble',
  example: 'networks(link, target, width: each(64, 256), seeds: 8)',
  recipes: [
    {
      name: 'nets',
      formula: 'networks(link, target, width: 64, seeds: 4, burn_in: 20, samples: 20, thinning: 1)',
      meaning: 'a first look at finite networks: few, and trained briefly',
    },
    {
      name: 'widths',
      formula: 'networks(link, target, width: each(64, 256), seeds: 8)',
      meaning: 'finite networks of two widths, long enough to compare: the wider, the nearer the theory',
    },
  ],
  equations: [
    String.raw`\dot w = \gamma \textstyle\sum_\mu \Delta_\mu v\,\phi'(h_\mu)\tfrac{x_\mu}{\sqrt D} - \lambda w - \delta(w-\bar w), \qquad \dot v = \gamma \textstyle\sum_\mu \Delta_\mu \phi(h_\mu) - \lambda v`,
    String.raw`\text{langevin:}\quad p(w,v) \propto \exp\!\Big(-\tfrac{1}{2T'}\textstyle\sum_\mu (y_\mu-f_\mu)^2 - \tfrac12|v|^2 - \textstyle\sum_l\big[\tfrac12|w^l|^2 + \tfrac\delta2|w^l-\bar w^l|^2\big]\Big)`,
  ],
  positional: ['coupling', 'data'],
  parameters,
  bytes: ({ training }: EnsembleValue) => 200 * training.records.length * training.points.length,
  compute: (given, context, services) =>
    inBatches(
      given,
      (a, b) => a.longer === b.longer,
      async ({ longer }, batch) => {
        const made = await trainedNetworks(batch.map(networkPoint), longer, context, services);
        return made.map((one, index) => (one instanceof Problem ? one : networksValue(one.result, one.training, batch[index]!.data.data)));
      },
    ),
  view: (field: Gapped<EnsembleValue>) => {
    const all = valuesOf(field).map(({ training }) => training);
    const [first] = all;
    if (!first) return { type: 'none' };
    return trainingView({
      points: all.map(({ points, index }) => points[index]).filter((point) => point !== undefined),
      records: all.map(({ records }) => records),
      extensions: first.extensions,
      done: true,
    });
  },
  live: (partial) => trainingView(partial as Trained),
  arrays: async ({ points }: Field<EnsembleValue>, { point, network }, services) => {
    const training = points[point]?.training;
    const of = training?.points[training.index];
    if (!training || !of) return [];
    const seeds = network === undefined ? Array.from({ length: of.seeds }, (_, seed) => seed) : [Math.min(network, of.seeds - 1)];
    const each: NamedArray[][] = [];
    for (const seed of seeds) each.push(arraysOf(await networkOf(training, seed, services), of));
    return network === undefined ? stacked(each) : (each[0] ?? []);
  },
});
