import { Problem } from '$lib/base/problem';
import { Graph } from '$lib/graph/graph';
import type { AxisValue, ComputeContext, Field, Input, Inputs, Kind, NodeDefinition, NodeState, Registry } from '$lib/graph/kind';

/** A value that lives somewhere else, so that it matters when it is disposed of. */
export interface Box {
  readonly value: number;
  readonly of: readonly Box[];
}

/** A value that warns. */
interface Doubtful extends Box {
  readonly says: readonly string[];
}

/** Who lives. Disposing twice, or while something that refers to it lives, throws. */
export class Ledger {
  readonly living = new Set<Box>();
  readonly dead = new Set<Box>();
  faults: string[] = [];

  make(value: number, of: readonly Box[] = []): Box {
    const box = { value, of };
    this.living.add(box);
    return box;
  }

  dispose(box: Box): void {
    if (!this.living.delete(box)) this.faults.push(`${box.value} disposed of twice`);
    for (const other of this.living) if (other.of.includes(box)) this.faults.push(`${box.value} disposed of before ${other.value}`);
    this.dead.add(box);
  }

  /** Notes a fault when a value that is shown has been disposed of. */
  check(state: NodeState): void {
    const result = state.status === 'ok' ? state.result : state.last;
    for (const point of result?.field.points ?? []) if (this.dead.has(point as Box)) this.faults.push('a value shown was disposed of');
  }
}

const later = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('aborted', 'AbortError'));
    });
  });

const number = (value: unknown): number => (typeof value === 'object' && value !== null ? (value as Box).value : Number(value));

const each =
  (one: (inputs: Inputs) => unknown) =>
  (points: readonly Inputs[]): Promise<readonly unknown[]> =>
    Promise.resolve(points.map(one));

/** Kinds to test the graph with. `delay` is how long the slow ones take. */
export function toys(ledger = new Ledger(), delay = 1): Registry {
  const boxed = { bytes: () => 10, dispose: (value: unknown) => ledger.dispose(value as Box) };
  const kinds: Kind[] = [
    { name: 'constant', version: 1, compute: each(({ value }) => value) },
    { name: 'sum', version: 1, compute: each(({ a, b }) => number(a) + number(b)) },
    { name: 'total', version: 1, compute: each(({ terms }) => (terms as unknown[]).reduce<number>((sum, term) => sum + number(term), 0)) },
    {
      name: 'root',
      version: 1,
      compute: each(({ of }) =>
        number(of) < 0 ? new Problem(`of: must be ≥ 0, got ${number(of)}`, { path: ['of'] }) : Math.sqrt(number(of)),
      ),
    },
    { name: 'minus', version: 1, compute: each(({ of }) => -number(of)) },
    { name: 'each', version: 1, yields: 'axis', compute: each(({ values }) => values) },
    {
      name: 'all',
      version: 1,
      whole: ['of'],
      keeps: [],
      compute: each(({ of }) => (of as Field).points.reduce<number>((sum, point) => sum + number(point), 0)),
    },
    {
      name: 'spread',
      version: 1,
      yields: 'field',
      compute: each(({ of, count }) => {
        const values = Array.from({ length: number(count) }, (_, i) => i);
        return { axes: [{ name: 'rank', values }], points: values.map((value) => number(of) * 10 + value) };
      }),
    },
    {
      name: 'box',
      version: 1,
      ...boxed,
      digest: (value) => String((value as Box).value),
      compute: each(({ of }) => ledger.make(number(of))),
    },
    {
      name: 'doubt',
      version: 1,
      digest: (value) => String((value as Box).value),
      warnings: (value) => (value as Doubtful).says,
      compute: each(({ of, percent }): Doubtful => ({
        value: number(of),
        of: [],
        says: number(percent) > 5 ? [`off by ${number(percent)} %`] : [],
      })),
    },
    { name: 'same', version: 1, warnings: (value) => (value as Doubtful).says, compute: each(({ of }) => of) },
    {
      name: 'pick',
      version: 1,
      whole: ['of'],
      yields: 'field',
      warnings: (value) => (value as Doubtful).says,
      compute: each(({ of, at }) => ({
        axes: [],
        points: [(of as Field).points[number(at)]],
        picked: { input: 'of', points: [number(at)] },
      })),
    },
    {
      name: 'pair',
      version: 1,
      ...boxed,
      keeps: ['a', 'b'],
      compute: each(({ a, b }) =>
        ledger.make(
          number(a) + number(b),
          [a, b].filter((part): part is Box => typeof part === 'object'),
        ),
      ),
    },
    {
      name: 'estimate',
      version: 1,
      graded: true,
      ...boxed,
      compute: async (points, context: ComputeContext) => {
        await later(delay, context.signal);
        context.progress(0.5);
        return points.map(({ of }) => ledger.make(number(of) + (context.quality === 'coarse' ? 0.25 : 0)));
      },
    },
    {
      name: 'slow',
      version: 1,
      ...boxed,
      compute: async (points, { signal }) => {
        await later(delay, signal);
        return points.map(({ of }) => ledger.make(number(of)));
      },
    },
    {
      name: 'train',
      version: 1,
      deferred: true,
      ...boxed,
      compute: async (points, context) => {
        for (const step of [1, 2, 3, 4]) {
          await later(delay, context.signal);
          context.show(`step ${step}`);
          context.progress(step / 4);
        }
        return points.map(({ of }) => ledger.make(number(of)));
      },
    },
    {
      name: 'picture',
      version: 1,
      optional: ['of'],
      compute: each(({ of }) => (of as unknown[]).reduce<number>((sum, item) => sum + (item === undefined ? 0 : number(item)), 0)),
    },
    {
      name: 'deaf',
      version: 1,
      ...boxed,
      compute: async (points) => {
        await new Promise((resolve) => setTimeout(resolve, delay));
        return points.map(({ of }) => ledger.make(number(of)));
      },
    },
    {
      name: 'crash',
      version: 1,
      compute: each(() => {
        throw new RangeError('out of luck');
      }),
    },
    { name: 'short', version: 1, compute: () => Promise.resolve([]) },
    { name: 'refuse', version: 1, compute: () => Promise.reject(new Problem('not today')) },
  ];
  return new Map(kinds.map((kind) => [kind.name, kind]));
}

export const literal = (value: unknown): Input => ({ type: 'literal', value });
export const from = (node: string): Input => ({ type: 'node', node });
export const list = (...items: Input[]): Input => ({ type: 'list', items });

const isInput = (value: unknown): value is Input => typeof value === 'object' && value !== null && 'type' in value;

/** `node('b', 'sum', { a: from('a'), b: 1 })`; axes are named after their node. */
export const node = (id: string, kind: string, inputs: Record<string, unknown> = {}): NodeDefinition => ({
  id,
  kind,
  axisName: id,
  inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, isInput(value) ? value : literal(value)])),
});

export const constant = (id: string, value: number): NodeDefinition => node(id, 'constant', { value });
export const axis = (id: string, ...values: AxisValue[]): NodeDefinition => node(id, 'each', { values });

export interface Bench {
  readonly graph: Graph;
  readonly ledger: Ledger;
  /** Every change of state, in order. */
  readonly changes: [string, NodeState][];
  /** The points of the value, bare numbers for boxes; throws when the node has no value. */
  readonly values: (id: string) => number[];
  /** Values and axes, as a table. */
  readonly field: (id: string) => { axes: string[]; points: number[] };
  readonly message: (id: string) => string;
  /** Updates and runs to the end. */
  readonly settle: (definitions: NodeDefinition[], passes?: ('coarse' | 'fine')[]) => Promise<void>;
}

/** A graph of toys, with a record of all it says. */
export function bench(options: { budgetBytes?: number; delay?: number } = {}): Bench {
  const ledger = new Ledger();
  const changes: [string, NodeState][] = [];
  const graph = new Graph(toys(ledger, options.delay), {
    budgetBytes: options.budgetBytes ?? 1e9,
    onChange: (id, state) => {
      ledger.check(state);
      changes.push([id, state]);
    },
  });
  const field = (id: string) => {
    const state = graph.state(id);
    if (state?.status !== 'ok') throw new Error(`${id} is ${JSON.stringify(state)}`);
    return state.result.field;
  };
  return {
    graph,
    ledger,
    changes,
    values: (id) => field(id).points.map(number),
    field: (id) => ({ axes: field(id).axes.map((one) => `${one.name}: ${one.values.join(' ')}`), points: field(id).points.map(number) }),
    message: (id) => {
      const state = graph.state(id);
      return state?.status === 'error' ? state.problem.message : `${id} is ${state?.status}`;
    },
    settle: async (definitions, passes = ['fine']) => {
      graph.update(definitions);
      if (!(await graph.run({ passes }))) throw new Error('the run was cut short');
    },
  };
}

/** What a person sees of a state, for comparing: no times, no hashes of memory, no last value. */
export const visible = (state: NodeState | undefined): unknown => {
  switch (state?.status) {
    case 'ok':
      return {
        axes: state.result.field.axes,
        points: state.result.field.points.map(plain),
        coarse: state.result.coarse,
        hash: state.result.hash,
      };
    case 'error':
      return { error: state.problem.message, path: state.problem.path };
    case 'waiting':
      return { waiting: state.on, blocked: state.blocked };
    default:
      return state?.status;
  }
};

const plain = (value: unknown): unknown => (typeof value === 'object' && value !== null ? (value as Box).value : value);
