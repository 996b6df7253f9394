import { Problem } from '$lib/base/problem';
import type { Input, NodeDefinition } from '$lib/graph/kind';
import type { Cell, Sheet } from '$lib/sheet/document';
import { printCorner } from '$lib/sheet/address';
import type { Formula, Span } from '$lib/sheet/formula';
import type { CellKind } from '../cell-kind';
import { readParameter } from '../parameter';
import { matchArguments, type Given } from './arguments';
import { placeOfSpan, type CompiledCell, type NodePlaces, type Program } from './program';
import { suggest } from './suggest';

type Call = Extract<Formula, { type: 'call' }>;

/** A number, text, truth or list of these written out; anything else is not literal. */
const literalOf = (formula: Formula): { value: unknown } | undefined => {
  switch (formula.type) {
    case 'number':
    case 'string':
    case 'boolean':
      return { value: formula.value };
    case 'negate':
      return formula.of.type === 'number' ? { value: -formula.of.value } : undefined;
    case 'list': {
      const items = formula.items.map(literalOf);
      return items.every((item) => item !== undefined) ? { value: items.map((item) => item.value) } : undefined;
    }
    default:
      return undefined;
  }
};

/** `a.test.stderr` as its base `a` and its path `test.stderr`. */
const fieldPath = (formula: Formula): { base: Formula; path: string } => {
  if (formula.type !== 'field') return { base: formula, path: '' };
  const { base, path } = fieldPath(formula.of);
  return { base, path: path ? `${path}.${formula.name}` : formula.name };
};

/** Turns the cells of a sheet into nodes of the graph: each call, operator, field and selection is one. */
export const compile = (sheet: Sheet, kinds: ReadonlyMap<string, CellKind>): Program => {
  const keys = new Map<string, string>();
  const axisNames = new Map<string, string>();
  for (const { key, name, area } of sheet.cells) {
    axisNames.set(key, key);
    if (name !== undefined && !keys.has(name)) keys.set(name, key);
    if (area) {
      const address = printCorner(area);
      if (!keys.has(address)) keys.set(address, key);
    }
  }
  const nodes: NodeDefinition[] = [];
  const places = new Map<string, NodePlaces>();
  const counters = new Map<string, number>();
  const nestedAxis = (kind: string): string => {
    const count = (counters.get(kind) ?? 0) + 1;
    counters.set(kind, count);
    return `${kind}_${count}`;
  };

  const compileCell = (cell: Cell): CompiledCell => {
    const mine: string[] = [];
    const precedents = new Set<string>();
    let given: ReadonlyMap<string, Given> = new Map();

    /** Adds a node; the first one added for a cell carries the cell's own key. */
    const add = (
      id: string,
      kind: string,
      inputs: Record<string, Input>,
      span: Span,
      inputSpans: Iterable<readonly [string, Span]> = [],
      problem?: { problem: Problem; span: Span },
    ): string => {
      mine.push(id);
      const axisName = id === cell.key ? (axisNames.get(cell.key) ?? cell.key) : nestedAxis(kind);
      nodes.push({ id, kind, inputs, axisName, ...(problem && { problem: problem.problem.at(placeOfSpan(sheet.text, problem.span)) }) });
      places.set(id, { span, inputs: new Map(inputSpans) });
      return id;
    };
    let nested = 0;
    const fresh = (): string => `${cell.key}/${++nested}`;
    const nodeInput = (node: string): Input => ({ type: 'node', node });

    /** A formula as an input: a literal, a cell referred to, or a nested node. */
    const input = (formula: Formula): Input => {
      const literal = literalOf(formula);
      if (literal) return { type: 'literal', value: literal.value };
      if (formula.type === 'list') return { type: 'list', items: formula.items.map(input) };
      if (formula.type === 'reference') {
        const key = keys.get(formula.name);
        if (key !== undefined) {
          precedents.add(key);
          return nodeInput(key);
        }
      }
      return nodeInput(node(fresh(), formula));
    };

    /** The name of an axis given by its cell, or as a bare name. */
    const axisInput = (formula: Formula): Input => {
      if (formula.type !== 'reference') return input(formula);
      const key = keys.get(formula.name);
      if (key !== undefined) precedents.add(key);
      return { type: 'literal', value: (key !== undefined && axisNames.get(key)) || formula.name };
    };

    const call = (id: string, formula: Call): string => {
      const several = formula.positional.length > 1 ? kinds.get(`${formula.name}…`) : undefined;
      if (several && formula.named.length === 0 && several.positional[0] === 'values')
        return add(id, several.name, { values: { type: 'list', items: formula.positional.map(input) } }, formula.span, [
          ['values', formula.span],
        ]);
      const kind = /^[a-z]\w*$/.test(formula.name) ? kinds.get(formula.name) : undefined;
      if (!kind) {
        const known = [...kinds.keys()].filter((name) => /^[a-z]\w*$/.test(name) && name !== 'constant');
        const message = `unknown kind ${formula.name}${suggest(formula.name, known)}`;
        return add(id, 'constant', {}, formula.span, [], { problem: new Problem(message), span: formula.nameSpan });
      }
      const [condition] = formula.positional;
      if (kind.name === 'check' && condition?.type === 'binary' && /^[<>=!]/.test(condition.operator)) {
        const { left, right, operator } = condition;
        const inputs: Record<string, Input> = { left: input(left), right: input(right), operator: { type: 'literal', value: operator } };
        if (formula.named.length === 0 && formula.positional.length === 1)
          return add(id, 'check…', inputs, formula.span, [['left', left.span] as const, ['right', right.span] as const]);
      }
      const matched = matchArguments(kind, formula);
      if (id === cell.key) given = matched.given;
      let { wrong } = matched;
      const inputs: Record<string, Input> = {};
      for (const [name, { formulas, list, span }] of matched.given) {
        const parameter = kind.parameters[name];
        const [first] = formulas;
        if (!parameter || !first) continue;
        if (list) inputs[name] = { type: 'list', items: formulas.map(input) };
        else inputs[name] = parameter.axis ? axisInput(first) : input(first);
        const made = inputs[name];
        // What is written out can be checked before anything runs.
        if (made.type === 'literal' && !parameter.whole)
          try {
            readParameter(name, parameter, made.value);
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
            wrong ??= { problem: error, span };
          }
      }
      if (kind.parameters['provenance']?.hidden) Object.assign(inputs, provenance(formula));
      const spans = [...matched.given].map(([name, { span }]) => [name, span] as const);
      return add(id, kind.name, inputs, formula.span, spans, wrong);
    };

    /** The names and standard errors of what a plot draws. */
    const provenance = (formula: Call): Record<string, Input> => ({
      labels: { type: 'literal', value: formula.positional.map(({ span }) => sheet.text.slice(span.from, span.to)) },
      provenance: {
        type: 'list',
        items: formula.positional.map((y) => {
          const { base, path } = fieldPath(y);
          const of: Input = path ? input(base) : { type: 'literal', value: 0 };
          return nodeInput(add(fresh(), '.provenance', { of, name: { type: 'literal', value: path } }, y.span));
        }),
      },
    });

    /** Adds the node of one formula and returns its id. */
    const node = (id: string, formula: Formula): string => {
      const literal = literalOf(formula);
      if (literal) return add(id, 'constant', { value: { type: 'literal', value: literal.value } }, formula.span);
      switch (formula.type) {
        case 'reference': {
          if (keys.has(formula.name)) return add(id, '=', { value: input(formula) }, formula.span);
          const message = `unknown name ${formula.name}${suggest(formula.name, keys.keys())}`;
          return add(id, '=', {}, formula.span, [], { problem: new Problem(message), span: formula.span });
        }
        case 'field': {
          const { base, path } = fieldPath(formula);
          return add(id, '.', { of: input(base), name: { type: 'literal', value: path } }, formula.span, [['name', formula.nameSpan]]);
        }
        case 'select': {
          let of = input(formula.of);
          formula.selectors.forEach((selector, index) => {
            const axis = axisInput({ type: 'reference', name: selector.name, span: selector.nameSpan });
            const last = index === formula.selectors.length - 1;
            const spans = [['axis', selector.nameSpan] as const, ['at', selector.value.span] as const];
            of = nodeInput(add(last ? id : fresh(), '[]', { of, axis, at: input(selector.value) }, formula.span, spans));
          });
          return id;
        }
        case 'negate':
          return add(id, '-', { left: { type: 'literal', value: 0 }, right: input(formula.of) }, formula.span, [
            ['right', formula.of.span],
          ]);
        case 'binary': {
          const spans = [['left', formula.left.span] as const, ['right', formula.right.span] as const];
          return add(id, formula.operator, { left: input(formula.left), right: input(formula.right) }, formula.span, spans);
        }
        case 'call':
          return call(id, formula);
        default:
          return add(id, '=', { value: input(formula) }, formula.span, [['value', formula.span]]);
      }
    };

    const { formula } = cell;
    if (cell.problem || !formula) {
      const problem = cell.problem ?? new Problem('expected a formula');
      nodes.push({ id: cell.key, kind: 'constant', inputs: {}, axisName: cell.key, problem });
      places.set(cell.key, { span: cell.formulaSpan, inputs: new Map() });
      return { cell, kind: 'value', root: cell.key, nodes: [cell.key], precedents: [], given };
    }
    if (cell.note) {
      add(cell.key, 'note', { markdown: input(formula) }, formula.span, [['markdown', formula.span]]);
    } else node(cell.key, formula);
    const kind = cell.note ? 'note' : formula.type === 'call' ? formula.name : 'value';
    return { cell, kind, root: cell.key, nodes: mine, precedents: [...precedents], given };
  };

  const cells = new Map(sheet.cells.map((cell) => [cell.key, compileCell(cell)]));
  return {
    nodes,
    cells,
    placeOf: (id, problem) => {
      const at = places.get(id);
      const [first] = problem.path;
      return problem.place ?? placeOfSpan(sheet.text, (first !== undefined && at?.inputs.get(first)) || (at?.span ?? { from: 0, to: 1 }));
    },
  };
};
