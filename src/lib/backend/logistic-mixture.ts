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
      0.0764004606030554978, 0.110772699157350148, 0.157159386092440433, 0.22268589456570442, 0.31721734665035245, 0.455103364810094586,
      0.656895871718676827, 0.950790651282041123, 1.37333041288910172, 1.97098297005478834, 2.80613098705289281, 3.97072192466411386,
      5.62280834614056236, 8.13417615527218903,
    ],
    weights: [
      5.51089767013283793e-6, 0.000414031507470639015, 0.00629314868042705349, 0.036849250050732242, 0.110297118341043592,
      0.198978463309600289, 0.24050541811638556, 0.207108561545407539, 0.128486572203757317, 0.0546709396444878935, 0.0143328424970303736,
      0.00195334620721005618, 0.000103683726537012788, 1.11327224030021477e-6,
    ],
  },
  single: {
    squares: [
      0.158910908862436174, 0.294189693511897328, 0.548100284244008485, 1.03953641002980312, 1.96321165682738997, 3.69079537796319638,
    ],
    weights: [
      0.0123322453770837287, 0.157805194507428548, 0.395288981274235396, 0.331353758538770693, 0.0972416296737260515,
      0.00597819062875558321,
    ],
  },
};
