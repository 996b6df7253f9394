// φ and φ′ of tanh and erf for four arguments at once, without a branch: a software adapter pays for both sides of one anyway, and tanh and
// its slope have their exponential in common. Worst errors over all numbers: φ 2 ULP; φ′, where it is above 10⁻²⁹, 10 ULP for tanh and 64 for
// erf (the rounding of x²). Not-a-number comes out as not-a-number, told by bits as in not_a_number.wgsl. The fits are those of exp.wgsl,
// tanh.wgsl and erf.wgsl. Cost: about 45 operations for tanh and 70 for erf, a quarter of the time of the scalar ones on a software adapter.

struct ValueAndSlope { value: vec4f, slope: vec4f }

// eˣ for x ≤ 0, and e^−87 = 1.6·10⁻³⁸ below −87, so that 2ᵏ is one normal number. 1 ULP.
fn expOfNegatives(x: vec4f) -> vec4f {
  let y = max(x, vec4f(-87.0));
  let k = round(y * 1.44269504);
  let r = (y - k * 0.693359375) + k * 2.12194440e-4;
  let p = (((0.00138145592 * r + 0.0083687352) * r + 0.041668389) * r + 0.166665211) * r + 0.49999994;
  return (1.0 + (r + r * r * p)) * bitcast<vec4f>(vec4u(vec4i(k) + 127) << vec4u(23u));
}

fn withSignOf(magnitude: vec4f, x: vec4f) -> vec4f {
  return bitcast<vec4f>(bitcast<vec4u>(magnitude) | (bitcast<vec4u>(x) & vec4u(0x80000000u)));
}

fn orNotANumber(value: vec4f, x: vec4f) -> vec4f {
  return select(value, x, (bitcast<vec4u>(x) & vec4u(0x7fffffffu)) > vec4u(0x7f800000u));
}

// With e = exp(−2|x|): tanh |x| = (1 − e)/(1 + e), tanh′ = 4e/(1 + e)².
fn tanhOfFour(x: vec4f) -> ValueAndSlope {
  let t = abs(x);
  let z = x * x;
  let p = ((((0.00189566775 * z - 0.00788331125) * z + 0.0215710606) * z - 0.0539209545) * z + 0.133329839) * z - 0.333333254;
  let e = expOfNegatives(-2.0 * t);
  let inverse = 1.0 / (1.0 + e);
  let far = withSignOf((1.0 - e) * inverse, x);
  let value = select(x + x * z * p, far, t >= vec4f(0.7));
  return ValueAndSlope(orNotANumber(value, x), orNotANumber(4.0 * e * inverse * inverse, x));
}

fn erfOfFour(x: vec4f) -> ValueAndSlope {
  let t = abs(x);
  let z = x * x;
  let p = (((((8.31680663e-05 * z - 0.000813002174) * z + 0.00519990781) * z - 0.0268589426) * z + 0.112836875) * z - 0.376126319) * z
    + 0.128379166;
  // x P(0) would be a denormal number and lost.
  let near = select(x + x * p, 1.12837917 * x, t < vec4f(1e-30));
  // Beyond 4, 1 − erf < 2⁻²⁵.
  let u = min(t, vec4f(4.0));
  let q = ((((((-2.10949711e-05 * u + 0.000434461748) * u - 0.004171059) * u + 0.0251194183) * u - 0.108280078) * u - 0.633346915) * u
    - 1.12951493) * u + 0.000174683286;
  let far = withSignOf(1.0 - expOfNegatives(q), x);
  let value = select(near, far, t >= vec4f(0.93));
  return ValueAndSlope(orNotANumber(value, x), orNotANumber(1.12837917 * expOfNegatives(-z), x));
}
