import { Problem } from '$lib/base/problem';
import type { Input, NodeDefinition } from '$lib/graph/kind';
import type { Cell } from '$lib/sheet/document';
import type { Formula, Span } from '$lib/sheet/formula';
import type { CellKind } from '../cell-kind';
import { readParameter } from '../parameter';
import { chosenTheories, isUsed, unusedText } from './chosen-theories';
import { matchArguments, parameterOf, type Given, type Misplaced } from './arguments';
import { fieldPath, literalOf } from './formulas';
import type { Names } from './names';
import { placeOfSpan, type CompiledCell, type NodePlaces } from './program';
import { suggest } from './suggest';

type Call = Extract<Formula, { type: 'call' }>;
type Inputs = Record<string, Input>;
type Spans = readonly (readonly [name: string, span: Span])[];

/** Names a person can call; operators and what the compiler inserts have other ones. */
const callable = /^[a-z]\w*$/;

const nodeInput = (node: string): Input => ({ type: 'node', node });
const literalInput = (value: unknown): Input => ({ type: 'literal', value });

/** Where the nodes of a sheet are gathered. */
export interface Output {
  readonly text: string;
  readonly nodes: NodeDefinition[];
  readonly places: Map<string, NodePlaces>;
}

/** Turns one cell into nodes: its outermost call, operator, field or selection has the cell's key, those nested in it `key/1`, `key/2` … */
export class CellCompiler {
  readonly #mine: string[] = [];
  readonly #precedents = new Set<string>();
  #given: ReadonlyMap<string, Given> = new Map();
  #theories: ReadonlySet<string> | undefined;
  /** Names of the axes made inside this formula, by their nodes. */
  readonly #axes = new Map<string, string>();
  #nested = 0;

  constructor(
    readonly cell: Cell,
    readonly names: Names,
    readonly kinds: ReadonlyMap<string, CellKind>,
    readonly output: Output,
  ) {}

  compile(): CompiledCell {
    const { cell } = this;
    const { formula, key } = cell;
    let kind = 'value';
    if (cell.problem || !formula) {
      const problem = cell.problem ?? new Problem('expected a formula after "="');
      this.output.nodes.push({ id: key, kind: 'constant', inputs: {}, axisName: key, problem });
      this.output.places.set(key, { span: cell.formulaSpan, inputs: new Map() });
      this.#mine.push(key);
    } else if (cell.note) {
      kind = 'note';
      this.#add(key, 'note', { markdown: this.#input(formula) }, formula.span, [['markdown', formula.span]]);
    } else {
      if (formula.type === 'call') kind = formula.name;
      this.#node(key, formula);
    }
    return { cell, kind, root: key, nodes: this.#mine, precedents: [...this.#precedents], given: this.#given, theories: this.#theories };
  }

  #fresh(): string {
    this.#nested += 1;
    return `${this.cell.key}/${this.#nested}`;
  }

  #add(id: string, kind: string, inputs: Inputs, span: Span, spans: Spans = [], wrong?: Misplaced): string {
    const { nodes, places, text } = this.output;
    this.#mine.push(id);
    const nested = id !== this.cell.key && this.kinds.get(kind)?.yields === 'axis';
    const made = nested ? this.names.nextNested(kind) : undefined;
    const axisName = made?.name ?? (id === this.cell.key ? id : '');
    if (made) this.#axes.set(id, made.name);
    nodes.push({
      id,
      title: this.cell.key,
      kind,
      inputs,
      axisName,
      ...(made && { nested: { kind, nth: made.nth } }),
      ...(wrong && { problem: wrong.problem.at(placeOfSpan(text, wrong.span)) }),
    });
    places.set(id, { span, inputs: new Map(spans) });
    return id;
  }

  /** A node that cannot be computed, and why. */
  #wrong(id: string, message: string, span: Span): string {
    return this.#add(id, 'constant', {}, span, [], { problem: new Problem(message), span });
  }

  /** A formula as an input: a literal, a cell referred to, or a nested node. */
  #input(formula: Formula): Input {
    const literal = literalOf(formula);
    if (literal) return literalInput(literal.value);
    if (formula.type === 'list') return { type: 'list', items: formula.items.map((item) => this.#input(item)) };
    const key = formula.type === 'reference' ? this.names.keyOf(formula.name) : undefined;
    if (key === undefined) return nodeInput(this.#node(this.#fresh(), formula));
    this.#precedents.add(key);
    return nodeInput(key);
  }

  /** The name of an axis: given by its cell, or as it is. */
  #axis(formula: Formula): Input {
    return formula.type === 'reference' ? literalInput(this.names.axisOf(formula.name)) : this.#input(formula);
  }

  /** Adds the node of a formula and returns its id. */
  #node(id: string, formula: Formula): string {
    const { span } = formula;
    const literal = literalOf(formula);
    if (literal) return this.#add(id, 'constant', { value: literalInput(literal.value) }, span);
    switch (formula.type) {
      case 'reference':
        if (this.names.keyOf(formula.name) === undefined)
          return this.#wrong(id, `unknown name ${formula.name}${this.names.suggest(formula.name)}`, span);
        return this.#add(id, '=', { value: this.#input(formula) }, span);
      case 'field': {
        const { base, path } = fieldPath(formula);
        return this.#add(id, '.', { of: this.#input(base), name: literalInput(path) }, span, [['name', formula.nameSpan]]);
      }
      case 'select':
        return this.#select(id, formula);
      case 'negate':
        return this.#add(id, '-', { left: literalInput(0), right: this.#input(formula.of) }, span, [['right', formula.of.span]]);
      case 'binary':
        return this.#add(id, formula.operator, ...this.#sides(formula));
      case 'call':
        return this.#call(id, formula);
      default:
        return this.#add(id, '=', { value: this.#input(formula) }, span, [['value', span]]);
    }
  }

  /** Both operands, and where they stand. */
  #sides({ left, right, span }: Extract<Formula, { type: 'binary' }>): [Inputs, Span, Spans] {
    return [
      { left: this.#input(left), right: this.#input(right) },
      span,
      [
        ['left', left.span],
        ['right', right.span],
      ],
    ];
  }

  /** `value[a: x, b: y]` is two selections, one inside the other. */
  #select(id: string, { of: formula, selectors, span }: Extract<Formula, { type: 'select' }>): string {
    let of = this.#input(formula);
    selectors.forEach(({ name, nameSpan, value }, index) => {
      const spans: Spans = [
        ['axis', nameSpan],
        ['at', value.span],
      ];
      const inputs = { of, axis: literalInput(this.names.axisOf(name)), at: this.#input(value) };
      of = nodeInput(this.#add(index === selectors.length - 1 ? id : this.#fresh(), '[]', inputs, span, spans));
    });
    return id;
  }

  #call(id: string, formula: Call): string {
    const { name, positional, named, span } = formula;
    const [first] = positional;
    const several = this.kinds.get(`${name}…`);
    // `min(a, b)` and `min([a, b])` take their arguments point by point, `min(field)` over the field's axes.
    const items = positional.length > 1 ? positional : first?.type === 'list' && !literalOf(first) ? first.items : undefined;
    if (several?.positional[0] === 'values' && items && named.length === 0)
      return this.#add(id, several.name, { values: { type: 'list', items: items.map((item) => this.#input(item)) } }, span, [
        ['values', span],
      ]);
    // A comparison is taken apart so that a check can show both sides.
    if (name === 'check' && first?.type === 'binary' && /^[<>=!]/.test(first.operator) && positional.length === 1 && named.length === 0) {
      const [inputs, , spans] = this.#sides(first);
      return this.#add(id, 'check…', { ...inputs, operator: literalInput(first.operator) }, span, spans);
    }
    const kind = callable.test(name) ? this.kinds.get(name) : undefined;
    if (kind) return this.#kindCall(id, kind, formula);
    const known = [...this.kinds.keys()].filter((each) => callable.test(each) && each !== 'constant');
    return this.#wrong(id, `unknown kind ${name}${suggest(name, known)}`, formula.nameSpan);
  }

  #kindCall(id: string, kind: CellKind, formula: Call): string {
    const matched = matchArguments(kind, formula);
    const theories = chosenTheories(kind, formula, { kinds: this.kinds, formulaOf: (name) => this.names.formulaOf(name) });
    if (id === this.cell.key) [this.#given, this.#theories] = [matched.given, theories];
    let { wrong } = matched;
    const inputs: Inputs = {};
    for (const [name, { formulas, list, span }] of matched.given) {
      const parameter = parameterOf(kind, name);
      const [first] = formulas;
      if (!parameter || !first) continue;
      if (theories && parameter.theories && !isUsed(parameter, theories))
        wrong ??= { problem: new Problem(unusedText(name, parameter.theories, theories), { path: [name] }), span };
      const made = list
        ? ({ type: 'list', items: formulas.map((item) => this.#input(item)) } as const)
        : parameter.axis
          ? this.#axis(first)
          : this.#input(first);
      inputs[name] = made;
      const axis = made.type === 'node' ? this.#axes.get(made.node) : undefined;
      if (axis !== undefined) this.names.labels.push([axis, parameter.symbol ?? name]);
      // What is written out can be checked before anything runs.
      if (made.type !== 'literal' || parameter.whole) continue;
      try {
        readParameter(name, parameter, made.value);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        wrong ??= { problem: error, span };
      }
    }
    if (kind.parameters['provenance']?.hidden) Object.assign(inputs, this.#provenance(formula));
    const spans: Spans = [...matched.given].map(([name, { span }]) => [name, span]);
    return this.#add(id, kind.name, inputs, formula.span, spans, wrong);
  }

  /** The names and standard errors of what a plot draws. */
  #provenance({ positional }: Call): Inputs {
    const items = positional.map((y) => {
      const { base, path } = fieldPath(y);
      const inputs = { of: path ? this.#input(base) : literalInput(0), name: literalInput(path) };
      return nodeInput(this.#add(this.#fresh(), '.provenance', inputs, y.span));
    });
    return {
      axis_labels: literalInput(this.names.labels),
      labels: literalInput(positional.map(({ span }) => this.output.text.slice(span.from, span.to))),
      provenance: { type: 'list', items },
    };
  }
}
