import { sliderEnds, type SliderTrack } from '$lib/base/slider';
import type { Formula, Span } from '$lib/sheet/formula';

type Call = Extract<Formula, { type: 'call' }>;

/** The number a formula says outright, if it does: `2`, `-0.5`. */
const literalNumber = (formula: Formula | undefined): number | undefined => {
  if (formula?.type === 'number') return formula.value;
  if (formula?.type === 'negate') {
    const inner = literalNumber(formula.of);
    return inner === undefined ? undefined : -inner;
  }
  return undefined;
};

/** An argument of a call: by its name, else by its position. */
export const argument = (call: Call, name: string, position?: number): Formula | undefined =>
  call.named.find((one) => one.name === name)?.value ?? (position === undefined ? undefined : call.positional[position]);

/** What a slider can be dragged over, as far as its formula says so in plain numbers. */
export interface SliderSettings extends SliderTrack {
  readonly value: number;
  /** Where the value stands in the text. */
  readonly span: Span;
}

/** Reads `slider(2, min: 0.1, max: 10, scale: "log")`; undefined when a part is computed or wrong, so that it cannot be dragged. */
export const sliderSettings = (formula: Formula | undefined): SliderSettings | undefined => {
  if (formula?.type !== 'call' || formula.name !== 'slider') return undefined;
  const given = (name: string): Formula | undefined => argument(formula, name);
  const valueFormula = argument(formula, 'value', 0);
  const value = literalNumber(valueFormula);
  if (value === undefined || !valueFormula) return undefined;
  const [min, max, step] = ['min', 'max', 'step'].map((name) => literalNumber(given(name)));
  if ((given('min') && min === undefined) || (given('max') && max === undefined) || (given('step') && !(step !== undefined && step > 0)))
    return undefined;
  const scale = given('scale');
  if (scale && !(scale.type === 'string' && (scale.value === 'log' || scale.value === 'linear'))) return undefined;
  const log = scale?.type === 'string' && scale.value === 'log';
  const ends = sliderEnds({ value, min, max, scale: log ? 'log' : 'linear' });
  if (!(ends.max > ends.min) || (log && !(ends.min > 0)) || value < ends.min || value > ends.max) return undefined;
  return { value, ...ends, step, log, span: valueFormula.span };
};

/** What a choice offers, where its formula lists it outright. */
export interface ChoiceSettings {
  readonly value: string | number | boolean;
  readonly options: readonly (string | number | boolean)[];
  readonly span: Span;
}

const literal = (formula: Formula): string | number | boolean | undefined =>
  formula.type === 'string' || formula.type === 'boolean' ? formula.value : literalNumber(formula);

/** Reads `choice("erf", ["erf", "relu"])`. */
export const choiceSettings = (formula: Formula | undefined): ChoiceSettings | undefined => {
  if (formula?.type !== 'call' || formula.name !== 'choice') return undefined;
  const valueFormula = argument(formula, 'value', 0);
  const list = argument(formula, 'options', 1);
  if (!valueFormula || list?.type !== 'list') return undefined;
  const value = literal(valueFormula);
  const options = list.items.map(literal);
  if (value === undefined || options.some((option) => option === undefined)) return undefined;
  return { value, options: options as (string | number | boolean)[], span: valueFormula.span };
};
