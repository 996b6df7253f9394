import type { Backend } from '../../src/lib/backend/backend';
import { Problem } from '../../src/lib/base/problem';
import { theories } from '../../src/lib/cells/theories';
import type { SourceParameters, TrainedKernel } from '../../src/lib/theory/theory';
import { quietly } from './networks';
import type { RandomProblem } from './random-problems';
import { floorOf, truthOf } from './random-truth';

type Name = 'train' | 'test';
type Figure = Readonly<Record<Name, readonly [value: number, stderr: number]>>;

/** What the product says of a problem: the source, and the target where there is one. */
export interface Answer {
  readonly figures: readonly Figure[];
  /** Those of a target include those of its source, as in a sheet. */
  readonly warnings: readonly (readonly string[])[];
  readonly refusal?: string;
}

/** Solves a problem, with other parameters where asked. */
const answerOf = async (backend: Backend, problem: RandomProblem, changes: Partial<SourceParameters> = {}): Promise<Answer> => {
  const parameters = { ...problem.parameters, ...changes };
  const theory = theories.find(({ name }) => name === problem.theory)!;
  const figures: Figure[] = [];
  const warnings: string[][] = [];
  const kernels: TrainedKernel[] = [];
  const take = async (kernel: TrainedKernel | Problem | undefined): Promise<TrainedKernel> => {
    if (!kernel || kernel instanceof Problem) throw kernel ?? new Problem('nothing came');
    kernels.push(kernel);
    const { train, test, stderr } = await kernel.errors(quietly());
    figures.push({ train: [train, stderr?.train ?? 0], test: [test, stderr?.test ?? 0] });
    warnings.push([...(warnings.at(-1) ?? []), ...kernel.warnings]);
    return kernel;
  };
  try {
    const [first] = await theory.source(backend, [{ task: problem.source, parameters }], quietly());
    const source = await take(first);
    if (problem.target) {
      const [second] = await theory.target(backend, [{ source, ...problem.target, parameters }], quietly());
      await take(second);
    }
    return { figures, warnings };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { figures, warnings, refusal: error.message };
  } finally {
    for (const kernel of kernels) kernel[Symbol.dispose]();
  }
};

export interface Judged {
  readonly role: 'source' | 'target';
  readonly name: Name;
  readonly found: number;
  readonly stderr: number;
  readonly right: number;
  /** Of the right value. */
  readonly rightStderr: number;
  readonly by: 'exact' | 'long runs';
  readonly warnings: readonly string[];
}

const together = ({ stderr, rightStderr }: Judged): number => Math.hypot(stderr, rightStderr);

const apart = ({ found, right }: Judged): number => Math.abs(found - right);

/**
 * Off: more than 4 standard errors, or more than 5 % and not by the chance that the result tells of. An exact figure is off beyond 5 %.
 * Differences far below the labels are none.
 */
const isOff = (one: Judged, floor: number): boolean => {
  const sigma = together(one);
  if (apart(one) <= floor) return false;
  if (sigma > 0 && apart(one) > 4 * sigma && apart(one) > 0.005 * Math.abs(one.right)) return true;
  return apart(one) > 0.05 * Math.abs(one.right) && apart(one) > 3 * sigma;
};

/** Warned of, though within 2 % and two standard errors. */
const isFalseAlarm = (one: Judged, floor: number): boolean =>
  one.warnings.length > 0 && apart(one) <= Math.max(floor, 0.02 * Math.abs(one.right)) && apart(one) <= Math.max(floor, 2 * together(one));

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Means over seeds of runs of so many times the particles. */
const longRuns = async (backend: Backend, problem: RandomProblem, times: number, seeds: number): Promise<Figure[] | undefined> => {
  const answers: Answer[] = [];
  for (let seed = 1; seed <= seeds; seed++)
    answers.push(await answerOf(backend, problem, { particles: times * problem.parameters.particles, seed: 100 * times + seed }));
  if (answers.some(({ refusal }) => refusal !== undefined)) return undefined;
  return answers[0]!.figures.map((_, i) => {
    const of = (name: Name): readonly [number, number] => {
      const values = answers.map(({ figures }) => figures[i]![name][0]);
      const spread = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)) / Math.max(1, seeds - 1));
      const told = Math.sqrt(mean(answers.map(({ figures }) => figures[i]![name][1] ** 2)) / seeds);
      return [mean(values), Math.max(spread, told)];
    };
    return { train: of('train'), test: of('test') };
  });
};

export interface Judgement {
  readonly refusal?: string;
  readonly judged: readonly Judged[];
  readonly off: readonly Judged[];
  readonly falseAlarms: readonly Judged[];
}

/**
 * Compares what the product says at its defaults with the truth: exact where it can be had, else longer runs, and still longer ones where
 * these disagree. `efforts`: times the particles, and seeds. `planted` is a fault: parameters that the product is given in the place of the
 * problem's own, to see that the comparison tells.
 */
export const judge = async (
  backend: Backend,
  problem: RandomProblem,
  efforts: readonly (readonly [times: number, seeds: number])[],
  planted: Partial<SourceParameters> = {},
): Promise<Judgement> => {
  const answer = await answerOf(backend, problem, planted);
  const tasks = [problem.source, ...(problem.target ? [problem.target.task] : [])];
  const compare = (truth: readonly (Figure | undefined)[], by: Judged['by']): Judged[] =>
    answer.figures.flatMap((figure, i) =>
      (['train', 'test'] as const).flatMap((name): Judged[] => {
        const right = truth[i]?.[name];
        if (!right) return [];
        const [found, stderr] = figure[name];
        const role = i === 0 ? 'source' : 'target';
        return [{ role, name, found, stderr, right: right[0], rightStderr: right[1], by, warnings: answer.warnings[i] ?? [] }];
      }),
    );
  const floor = (one: Judged): number => floorOf(tasks[one.role === 'source' ? 0 : 1]!);
  const exact = truthOf(problem)?.map(({ train, test }): Figure => ({ train: [train, 0], test: [test, 0] }));
  let judged = exact ? compare(exact, 'exact') : [];
  const missing = answer.figures.length > (exact?.length ?? 0) && (problem.theory === 'bayes' || problem.theory === 'flow');
  if (missing)
    for (const [times, seeds] of efforts) {
      const long = await longRuns(backend, problem, times, seeds);
      if (!long) break;
      judged = [
        ...(exact ? compare(exact, 'exact') : []),
        ...compare(
          long.map((one, i) => (exact?.[i] ? undefined : one)),
          'long runs',
        ),
      ];
      if (!judged.some((one) => isOff(one, floor(one)))) break;
    }
  return {
    ...(answer.refusal !== undefined && { refusal: answer.refusal }),
    judged,
    off: judged.filter((one) => isOff(one, floor(one)) && one.warnings.length === 0),
    falseAlarms: judged.filter((one) => isFalseAlarm(one, floor(one))),
  };
};
