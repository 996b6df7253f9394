import { describe, expect, test } from 'vitest';
import { Pending } from '$lib/base/pending';
import { Graph } from '$lib/graph/graph';
import type { Kind, NodeDefinition } from '$lib/graph/kind';
import { toys } from './toys';

/** A kind that waits for something outside until it is given. */
class Outside {
  #arrive: () => void = () => undefined;
  #value: number | undefined;
  calls = 0;
  #until = new Promise<void>((resolve) => (this.#arrive = resolve));

  arrive(value: number): void {
    this.#value = value;
    this.#arrive();
  }

  readonly kind: Kind = {
    name: 'outside',
    version: 1,
    compute: (points) => {
      this.calls += 1;
      if (this.#value === undefined) throw new Pending(this.#until);
      return Promise.resolve(points.map(() => this.#value));
    },
  };
}

const constant = (id: string, value: unknown): NodeDefinition => ({
  id,
  kind: 'constant',
  inputs: { value: { type: 'literal', value } },
  axisName: id,
});
const sum = (id: string, a: string, b: string): NodeDefinition => ({
  id,
  kind: 'sum',
  inputs: { a: { type: 'node', node: a }, b: { type: 'node', node: b } },
  axisName: id,
});
const waits: NodeDefinition = { id: 'file', kind: 'outside', inputs: {}, axisName: 'file' };
const definitions = [waits, constant('one', 1), sum('with', 'file', 'one'), sum('two', 'one', 'one')];

const graphWith = (): { graph: Graph; outside: Outside } => {
  const outside = new Outside();
  const graph = new Graph(new Map([...toys(), ['outside', outside.kind]]), { budgetBytes: 1000 });
  graph.update(definitions);
  return { graph, outside };
};
const value = (graph: Graph, id: string): unknown => {
  const state = graph.state(id);
  return state?.status === 'ok' ? state.result.field.points[0] : state?.status;
};
const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe('a node that waits for something outside', () => {
  test.each([[['fine']], [['coarse', 'fine']]] as const)('holds no other, and is computed when it can be (%s)', async (passes) => {
    const { graph, outside } = graphWith();
    const run = graph.run({ passes });
    await until(() => value(graph, 'two') === 2);
    expect(value(graph, 'file')).toBe('computing');
    expect(value(graph, 'with')).toBe('waiting');
    outside.arrive(5);
    expect(await run).toBe(true);
    expect(value(graph, 'file')).toBe(5);
    expect(value(graph, 'with')).toBe(6);
  });

  test('is stopped while it waits', async () => {
    const { graph } = graphWith();
    const run = graph.run({ passes: ['fine'] });
    await until(() => value(graph, 'two') === 2);
    graph.stop('file');
    expect(await run).toBe(true);
    expect(value(graph, 'file')).toBe('stopped');
  });

  test('is taken over by a later run, and ends with an abort', async () => {
    const { graph, outside } = graphWith();
    const first = graph.run({ passes: ['fine'] });
    await until(() => value(graph, 'two') === 2);
    const controller = new AbortController();
    const second = graph.run({ passes: ['fine'], signal: controller.signal });
    expect(await first).toBe(false);
    controller.abort();
    expect(await second).toBe(false);
    expect(value(graph, 'file')).toBe('waiting');
    outside.arrive(1);
    expect(await graph.run({ passes: ['fine'] })).toBe(true);
    expect(value(graph, 'with')).toBe(2);
  });
});
