// φ and φ′ of tanh and erf for four arguments at once, without a branch: a software adapter pays for both sides of one anyway, and φ and
// φ′ have their exponential in common. Worst errors over all numbers: φ 2 ULP, of tanh 3 where a division is only as good as WGSL asks
// (2.5 ULP, GPUs); φ′, where it is above 10⁻²⁹, 10 ULP for tanh and 64 for erf (the rounding of x²). NaN gives NaN, found by its bits
// as in not_a_number.wgsl. The fits are those of exp.wgsl, tanh.wgsl and erf.wgsl, except for erf far from 0. Cost: about 45
// operations for tanh and 55 for erf, a quarter of the time of the scalar ones on a software adapter.

struct ValueAndSlope { value: vec4f, slope: vec4f }

struct Exponential { power: vec4f, excess: vec4f }

// eˣ = power (1 + excess) for x ≤ 0, power = 2ᵏ and excess = eʳ − 1, which is good to its own last bits; e^−87 = 1.6·10⁻³⁸ below −87, so
// that 2ᵏ is one normal number. Its exponent is taken from the last bits of 1.5·2²³ + k and moved up by a multiplication: a software
// adapter makes an integer out of a float, an extreme of two floats or a shift in ten to twenty instructions, a product in one.
fn exponentialOfNegatives(x: vec4f) -> Exponential {
  let y = select(x, vec4f(-87.0), x < vec4f(-87.0));
  let k = trunc(y * 1.44269504 - 0.5);
  let r = (y - k * 0.693359375) + k * 2.12194440e-4;
  let p = (((0.00138145592 * r + 0.0083687352) * r + 0.041668389) * r + 0.166665211) * r + 0.49999994;
  return Exponential(bitcast<vec4f>(bitcast<vec4u>(k + 12582912.0) * 8388608u + 0x3f800000u), r + r * r * p);
}

// 1 ULP.
fn expOfNegatives(x: vec4f) -> vec4f {
  let e = exponentialOfNegatives(x);
  return (1.0 + e.excess) * e.power;
}

fn withSignOf(magnitude: vec4f, x: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(magnitude) | (bitcast<vec4u>(x) & vec4u(0x80000000u)));
}

fn orNotANumber(value: vec4f, x: vec4f) -> vec4f {
  return select(value, x, (bitcast<vec4i>(x) & vec4i(0x7fffffff)) > vec4i(0x7f800000));
}

// With e = exp(−2|x|): tanh |x| = (1 − e)/(1 + e), tanh′ = 4e/(1 + e)². Near 0 nothing cancels in 1 − e, for 1 ∓ 2ᵏ is exact.
fn tanhOfFour(x: vec4f) -> ValueAndSlope {
  let e = exponentialOfNegatives(-2.0 * abs(x));
  let rest = orNotANumber(e.power * e.excess, x);
  let sum = (1.0 + e.power) + rest;
  return ValueAndSlope(withSignOf(((1.0 - e.power) - rest) / sum, x), 4.0 * (e.power + rest) / (sum * sum));
}

fn erfOfFour(x: vec4f) -> ValueAndSlope {
  let t = abs(x);
  let z = x * x;
  let p = (((((8.31680663e-05 * z - 0.000813002174) * z + 0.00519990781) * z - 0.0268589426) * z + 0.112836875) * z - 0.376126319) * z
    + 0.128379166;
  // x P(0) would be a denormal number and lost.
  let near = select(x + x * p, 1.12837917 * x, t < vec4f(1e-30));
  // erf |x| = 1 − e^(−x²) Q, Q = e^(x²) erfc |x| for 0.93 ≤ |x| ≤ 4 (fitted to 2·10⁻⁸ of erf); beyond 4, 1 − erf < 2⁻²⁵ whatever Q.
  let bell = expOfNegatives(-z);
  let u = min(t, vec4f(4.0)) - 2.5;
  let q = ((((((-0.000452503446 * u - 0.00112415932) * u - 0.00257509295) * u + 0.00147190469) * u - 0.00789875351) * u + 0.0252411198) * u
    - 0.0742601752) * u + 0.210809842;
  let far = withSignOf(1.0 - bell * q, x);
  let value = select(near, far, t >= vec4f(0.93));
  return ValueAndSlope(orNotANumber(value, x), orNotANumber(1.12837917 * bell, x));
}
