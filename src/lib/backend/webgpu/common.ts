import arc from '$shaders/common/arc.wgsl?raw';
import boxMuller from '$shaders/common/box_muller.wgsl?raw';
import determinant from '$shaders/common/determinant.wgsl?raw';
import erf from '$shaders/common/erf.wgsl?raw';
import exp from '$shaders/common/exp.wgsl?raw';
import four from '$shaders/common/four.wgsl?raw';
import log from '$shaders/common/log.wgsl?raw';
import notANumber from '$shaders/common/not_a_number.wgsl?raw';
import philox from '$shaders/common/philox.wgsl?raw';
import sine from '$shaders/common/sine.wgsl?raw';
import tanh from '$shaders/common/tanh.wgsl?raw';

/** Files of `shaders/common` with what each needs, in order: the first entries of a kernel's `sources`. */
export const common = {
  exp: [notANumber, exp],
  log: [notANumber, log],
  arc: [notANumber, arc],
  /** signedAngle, angleOfCovariance, angleOf, accurateSine. */
  covariance: [notANumber, arc, sine, determinant],
  notANumber: [notANumber],
  /** erf, accurateTanh, tanhSlope, accurateExp. */
  activations: [notANumber, exp, erf, tanh],
  /** tanhOfFour, erfOfFour. */
  activationsOfFour: [four],
  /** philox, boxMuller, accurateLog. */
  normals: [notANumber, log, philox, boxMuller],
  everything: [notANumber, exp, log, erf, tanh, four, arc, sine, determinant, philox, boxMuller],
} as const;
