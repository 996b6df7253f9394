import type { Activation } from '$lib/base/activation';
import { activationFunctions } from '$lib/base/special';
import type { Backend, Matrix } from '$lib/backend/backend';
import type { Hosted } from '$lib/backend/host';
import { commonBatch, expectShape, type Counters, own, ReferenceMatrix } from './matrix';
import { featuresInto } from './particles';

/** See `Backend.features`. */
export const features: Hosted<Counters, Backend['features']> = (counters, activation, w, x, wanted) => {
  expectShape(x, x.rows, w.columns, 'features: inputs');
  const shape = { batch: commonBatch(w, x), rows: w.rows, columns: x.rows };
  const sizes = { particles: w.rows, examples: x.rows, dimension: w.columns };
  const values = ReferenceMatrix.zeros(counters, shape);
  const slopes = wanted ? ReferenceMatrix.zeros(counters, shape) : undefined;
  for (let index = 0; index < shape.batch; index++)
    featuresInto(activation, own(w).entry(index), own(x).entry(index), sizes, values.entry(index), slopes?.entry(index));
  return slopes ? { values, slopes } : { values };
};

/** See `Backend.shiftedFeatures`. */
export const shiftedFeatures = (counters: Counters, activation: Activation, w: Matrix, x: Matrix, shift: Matrix): Matrix => {
  expectShape(shift, w.rows, x.rows, 'features: shift');
  using plain = features(counters, 'linear', w, x, false).values;
  const made = ReferenceMatrix.zeros(counters, { batch: commonBatch(plain, shift), rows: plain.rows, columns: plain.columns });
  const { value } = activationFunctions[activation];
  for (let index = 0; index < made.batch; index++) {
    const known = own(shift).entry(index);
    made.entry(index).set(
      own(plain)
        .entry(index)
        .map((h, i) => value(h + (known[i] as number))),
    );
  }
  return made;
};
