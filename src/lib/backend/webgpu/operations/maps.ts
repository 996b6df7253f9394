import type { KernelScales, Matrix } from '$lib/backend/backend';
import type { Activation } from '$lib/base/activation';
import angleCovarianceSource from '$shaders/kernel/angle_covariance.wgsl?raw';
import angleGivenSource from '$shaders/kernel/angle_given.wgsl?raw';
import angleNoneSource from '$shaders/kernel/angle_none.wgsl?raw';
import angleRowsSource from '$shaders/kernel/angle_rows.wgsl?raw';
import erfSource from '$shaders/kernel/nngp_erf.wgsl?raw';
import linearSource from '$shaders/kernel/nngp_linear.wgsl?raw';
import quadraticSource from '$shaders/kernel/nngp_quadratic.wgsl?raw';
import reluSource from '$shaders/kernel/nngp_relu.wgsl?raw';
import tanhSource from '$shaders/kernel/nngp_tanh.wgsl?raw';
import rowSineSource from '$shaders/kernel/row_sine.wgsl?raw';
import * as d from 'typegpu/data';
import { logisticMixture } from '../../logistic-mixture';
import { common } from '../common';
import { own } from '../matrix';

const { squares, weights } = logisticMixture.single;

const constant = (name: string, numbers: readonly number[]): string =>
  `const ${name} = array<f32, ${numbers.length}>(${numbers.map((value) => value.toPrecision(9)).join(', ')});`;

const mixture = [constant('mixtureSquares', squares), constant('mixtureWeights', weights), `const NODES = ${squares.length}u;`].join('\n');

const mapSources: Readonly<Record<Activation, readonly string[]>> = {
  linear: [linearSource],
  relu: [...common.covariance, reluSource],
  erf: [...common.covariance, erfSource],
  tanh: [...common.covariance, mixture, tanhSource],
  quadratic: [quadraticSource],
};

/** Operations of the map at one entry, roughly. */
export const mapWork: Readonly<Record<Activation, number>> = { linear: 10, relu: 100, erf: 100, tanh: 1800, quadratic: 20 };

/** Where the angle of a pair comes from: its covariance, an array, or the rows. */
export type AngleOrigin = 'covariance' | 'given' | 'rows';

/** Whether a map is sharp at large variances, and takes the angle of the rows there. */
export const isSharp = (activation: Activation): boolean => activation === 'erf' || activation === 'tanh';

/** WGSL of an inner product of what x and z are made of. */
export const along = {
  four: 'fn along(x: vec4f, z: vec4f) -> f32 { return dot(x, z); }',
  one: 'fn along(x: f32, z: f32) -> f32 { return x * z; }',
};

/** WGSL of the sine of an angle between rows, with what it needs besides `along`. */
export const rowSine = rowSineSource;

/** WGSL of `nngpMap`, the map of one entry, and of `angleAt`, the angle that it is given. With `rows` it needs `along`. */
export const entrySources = (activation: Activation, origin: AngleOrigin): readonly string[] => {
  const map = mapSources[activation];
  if (activation === 'linear' || activation === 'quadratic') return [...map, angleNoneSource];
  if (origin === 'covariance') return [...map, angleCovarianceSource];
  return origin === 'given' ? [...map, angleGivenSource] : [...map, rowSineSource, angleRowsSource];
};

/** Scalars of `angle_rows.wgsl`. */
export const rowScalars = { inner: d.u32, coupling: d.f32, escape: d.f32, rowScale: d.f32, columnScale: d.f32 };

/** Their values for rows of length `inner` and the scales of covariances and variances; see there. */
export const rowNumbers = ({ covariance, rows, columns }: KernelScales, inner: number): Record<keyof typeof rowScalars, number> => {
  const coupling = covariance === rows && rows === columns ? 1 : covariance / Math.sqrt(rows * columns);
  const escape = Math.max(0, (1 - coupling) * (1 + coupling));
  return { inner, coupling, escape, rowScale: Math.sqrt(inner / rows), columnScale: Math.sqrt(inner / columns) };
};

/** Whether rows of both may be read by fours. */
export const readsFours = (x: Matrix, z: Matrix): boolean => x.columns % 4 === 0 && own(x).offset % 4 === 0 && own(z).offset % 4 === 0;
