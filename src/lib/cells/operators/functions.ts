import { defineKind, pointwise } from '../cell-kind';
import { number } from '../parameter';
import { finite } from './arithmetic';

/** Functions of one number. */
const functions: Readonly<Record<string, readonly [compute: (x: number) => number, meaning: string]>> = {
  log: [Math.log, 'natural logarithm'],
  exp: [Math.exp, 'exponential'],
  sqrt: [Math.sqrt, 'square root'],
  abs: [Math.abs, 'absolute value'],
};

export const functionKinds = Object.entries(functions).map(([name, [compute, meaning]]) =>
  defineKind({
    name,
    purpose: 'function',
    meaning,
    example: `${name}(2)`,
    positional: ['x'],
    parameters: { x: number({ meaning: 'its argument' }) },
    digest: (value: number) => String(value),
    compute: pointwise(({ x }) => finite(compute(x), () => `${name}(${x})`)),
  }),
);
