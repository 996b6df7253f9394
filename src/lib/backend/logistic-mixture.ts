/** A rule ∫ f(s) dμ(s) ≈ Σ w f(s): squares of the nodes s, and the weights w, which add up to 1. */
export interface MixtureRule {
  readonly squares: readonly number[];
  readonly weights: readonly number[];
}

/**
 * tanh as a mixture of error functions: tanh u = ∫ erf(u/√2s) dμ(s), since the logistic law is a Gaussian whose deviation 2s follows twice
 * Kolmogorov's law μ (Andrews and Mallows 1974). Hence for (u, v) ~ N(0, [[a, c], [c, b]])
 *   E tanh u tanh v = Σ_{k,l} w_k w_l (2/π) arcsin(c/√((s_k² + a)(s_l² + b))),
 * and its derivative in c is E tanh′u tanh′v. All terms have one sign, so nothing cancels at any variance or correlation.
 * The rules are Gauss's for μ in the variable s/(1 + s). Worst relative errors of both figures, over variances 0 … ∞ and all correlations:
 * 1e-15 for `double` and 7e-8 for `single`.
 */
export const logisticMixture: Readonly<Record<'double' | 'single', MixtureRule>> = {
  double: {
    squares: [
      0.0764004606030555, 0.11077269915735015, 0.15715938609244043, 0.22268589456570442, 0.31721734665035245, 0.4551033648100946,
      0.6568958717186768, 0.9507906512820411, 1.3733304128891017, 1.9709829700547883, 2.8061309870528928, 3.970721924664114,
      5.6228083461405625, 8.13417615527219,
    ],
    weights: [
      5.510897670132838e-6, 0.000414031507470639, 0.006293148680427053, 0.036849250050732245, 0.1102971183410436, 0.19897846330960028,
      0.24050541811638557, 0.20710856154540755, 0.1284865722037573, 0.054670939644487895, 0.014332842497030374, 0.0019533462072100563,
      0.00010368372653701279, 1.1132722403002148e-6,
    ],
  },
  single: {
    squares: [0.15891090886243617, 0.29418969351189733, 0.5481002842440085, 1.039536410029803, 1.96321165682739, 3.6907953779631963],
    weights: [0.01233224537708373, 0.15780519450742855, 0.3952889812742354, 0.3313537585387707, 0.09724162967372606, 0.005978190628755584],
  },
};
