import type { Activation } from '$lib/base/activation';

/** Σ cᵢ xⁱ, lowest order first, by Horner. */
const polynomial = (coefficients: readonly number[], x: number): number => {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] as number);
  return sum;
};

// Minimax coefficients of Sun's fdlibm (s_erf.c, 1993), one rational form for each interval of |x|.
const nearZero = {
  top: [
    1.28379167095512558561e-1, -3.2504210724700149937e-1, -2.84817495755985104766e-2, -5.77027029648944159157e-3,
    -2.37630166566501626084e-5,
  ],
  bottom: [
    1, 3.97917223959155352819e-1, 6.50222499887672944485e-2, 5.08130628187576562776e-3, 1.32494738004321644526e-4,
    -3.9602282787753681232e-6,
  ],
};
const nearOne = {
  offset: 8.45062911510467529297e-1,
  top: [
    -2.36211856075265944077e-3, 4.14856118683748331666e-1, -3.72207876035701323847e-1, 3.18346619901161753674e-1,
    -1.10894694282396677476e-1, 3.54783043256182359371e-2, -2.166375594868790843e-3,
  ],
  bottom: [
    1, 1.06420880400844228286e-1, 5.40397917702171048937e-1, 7.18286544141962662868e-2, 1.26171219808761642112e-1,
    1.36370839120290507362e-2, 1.1984499846799107417e-2,
  ],
};
const middle = {
  top: [
    -9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1, -6.23753324503260060396e1, -1.62396669462573470355e2,
    -1.84605092906711035994e2, -8.12874355063065934246e1, -9.81432934416914548592,
  ],
  bottom: [
    1, 1.96512716674392571292e1, 1.376577541435190426e2, 4.34565877475229228821e2, 6.45387271733267880336e2, 4.29008140027567833386e2,
    1.08635005541779435134e2, 6.57024977031928170135, -6.04244152148580987438e-2,
  ],
};
const far = {
  top: [
    -9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1, -1.60636384855821916062e2, -6.37566443368389627722e2,
    -1.02509513161107724954e3, -4.83519191608651397019e2,
  ],
  bottom: [
    1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3, 3.19985821950859553908e3, 2.55305040643316442583e3,
    4.74528541206955367215e2, -2.24409524465858183362e1,
  ],
};

/** The error function 2/√π ∫₀ˣ e^{−t²} dt to full double precision (below 1 ULP where fdlibm is). */
export const erf = (x: number): number => {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (size < 0.84375) {
    const square = x * x;
    return x + x * (polynomial(nearZero.top, square) / polynomial(nearZero.bottom, square));
  }
  const sign = Math.sign(x);
  if (size < 1.25) return sign * (nearOne.offset + polynomial(nearOne.top, size - 1) / polynomial(nearOne.bottom, size - 1));
  if (size >= 6) return sign;
  const form = size < 1 / 0.35 ? middle : far;
  const inverse = 1 / (size * size);
  // e^{−x²} in two factors: the square of the 24-bit part of x is exact, so that its rounding is not multiplied by x².
  const head = Math.fround(size);
  const rest = (head - size) * (head + size) + polynomial(form.top, inverse) / polynomial(form.bottom, inverse);
  return sign * (1 - (Math.exp(-head * head - 0.5625) * Math.exp(rest)) / size);
};

/** φ and φ′ of one activation as functions of the pre-activation. */
export interface ActivationFunctions {
  readonly value: (h: number) => number;
  readonly slope: (h: number) => number;
}

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/** φ and φ′ (`theory.md` §0); relu′(0) = 0. */
export const activationFunctions: Readonly<Record<Activation, ActivationFunctions>> = {
  linear: { value: (h) => h, slope: () => 1 },
  // `h <= 0` and not `h > 0`, so that not-a-number passes through.
  relu: { value: (h) => (h <= 0 ? 0 : h), slope: (h) => (h <= 0 ? 0 : h > 0 ? 1 : NaN) },
  erf: { value: erf, slope: (h) => twoOverRootPi * Math.exp(-h * h) },
  tanh: {
    value: Math.tanh,
    slope: (h) => {
      const inverse = 1 / Math.cosh(h);
      return inverse * inverse;
    },
  },
  quadratic: { value: (h) => h * h - 1, slope: (h) => 2 * h },
};
