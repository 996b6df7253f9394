import { type Activation, activationCode } from '$lib/base/activation';
import type { Backend, Matrix } from '$lib/backend/backend';
import type { Hosted } from '$lib/backend/host';
import { commonBatch, expectShape } from '$lib/backend/shapes';
import type { Engine } from '../engine';
import { CpuMatrix, own } from '../matrix';
import { panelsOf } from './inputs';
import { activationWork, rowsTogether, tileScratch } from './pieces';

const run = (
  engine: Engine,
  activation: Activation,
  w: Matrix,
  x: Matrix,
  shift: Matrix | undefined,
  values: Matrix,
  slopes?: Matrix,
): void => {
  using panels = panelsOf(engine, x, false);
  const count = Math.min(rowsTogether, w.rows);
  engine.run(
    'features',
    {
      tasks: values.batch * Math.ceil(w.rows / rowsTogether),
      each: count * x.rows * (2 * w.columns + activationWork),
      scratch: tileScratch,
    },
    activationCode(activation),
    own(w).address,
    own(w).stride,
    panels.across(0),
    panels.across(1) - panels.across(0),
    shift ? own(shift).address : 0,
    shift ? own(shift).stride : 0,
    own(values).address,
    slopes ? own(slopes).address : 0,
    w.rows,
    x.rows,
    w.columns,
  );
};

/** See `Backend.features`. */
export const features: Hosted<Engine, Backend['features']> = (engine, activation, w, x, wanted) => {
  expectShape(x, x.rows, w.columns, 'features: inputs');
  const shape = { batch: commonBatch(w, x), rows: w.rows, columns: x.rows };
  const values = CpuMatrix.make(engine, shape);
  const slopes = wanted ? CpuMatrix.make(engine, shape) : undefined;
  run(engine, activation, w, x, undefined, values, slopes);
  return slopes ? { values, slopes } : { values };
};

/** See `Backend.shiftedFeatures`. */
export const shiftedFeatures = (engine: Engine, activation: Activation, w: Matrix, x: Matrix, shift: Matrix): Matrix => {
  expectShape(x, x.rows, w.columns, 'features: inputs');
  expectShape(shift, w.rows, x.rows, 'features: shift');
  const values = CpuMatrix.make(engine, { batch: commonBatch(w, x, shift), rows: w.rows, columns: x.rows });
  run(engine, activation, w, x, shift, values);
  return values;
};
