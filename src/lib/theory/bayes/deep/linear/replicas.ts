import { Jet } from '$lib/theory/bayes/deep/linear/jet';

/** What the coupling does between one layer and the next: κ = δ/(1+δ), ε = 1/(1+δ). */
export interface Tie {
  readonly kappa: number;
  readonly epsilon: number;
}

export const tieOf = (delta: number): Tie => ({ kappa: delta / (1 + delta), epsilon: 1 / (1 + delta) });

/**
 * A number for a source and replicas of the target, symmetric, as there are no replicas left (n → 0): `s` source with source, `c` source with
 * target, `o` two targets, and `e` = (the same target) − (two targets), which is kept as such because both come near each other for large δ.
 */
export interface Replicas {
  readonly s: number;
  readonly c: Jet;
  readonly e: Jet;
  readonly o: Jet;
}

/** The same for a vector of weights times the direction of a source or a target, in the coordinates (u_s, u): `st` source's weights along the target's, … */
export interface Images {
  readonly s: readonly [Jet, Jet];
  readonly st: readonly [Jet, Jet];
  readonly ts: readonly [Jet, Jet];
  readonly e: readonly [Jet, Jet];
  readonly o: readonly [Jet, Jet];
}

/** Of the inputs: two targets see the same, so that e is nothing. */
export function firstImages(variables: number): Images {
  const [zero, one] = [Jet.constant(0, variables), Jet.constant(1, variables)];
  return { s: [one, zero], st: [zero, one], ts: [one, zero], e: [zero, zero], o: [zero, one] };
}

/** From one layer to the prior of the next: covariances times 1, κ, κ², and for the same target ρ = κ² + ε. */
export const tied = ({ s, c, e, o }: Replicas, { kappa, epsilon }: Tie): Replicas => ({
  s,
  c: c.by(kappa),
  e: e.by(kappa * kappa + epsilon).plus(o.by(epsilon)),
  o: o.by(kappa * kappa),
});

const combine = (terms: readonly (readonly [Jet | number, readonly [Jet, Jet]])[]): readonly [Jet, Jet] => {
  const part = (at: 0 | 1): Jet =>
    terms
      .map(([factor, vector]) => (typeof factor === 'number' ? vector[at].by(factor) : factor.times(vector[at])))
      .reduce((a, b) => a.plus(b));
  return [part(0), part(1)];
};

export const tiedImages = ({ s, st, ts, e, o }: Images, { kappa, epsilon }: Tie): Images => ({
  s,
  st: combine([[kappa, st]]),
  ts: combine([[kappa, ts]]),
  e: combine([
    [kappa * kappa + epsilon, e],
    [epsilon, o],
  ]),
  o: combine([[kappa * kappa, o]]),
});

/** What a layer makes of the layer below. */
export interface ForwardLayer {
  /** p of this layer, wᵀΣw. */
  readonly projections: Replicas;
  /** Σw. */
  readonly images: Images;
  /** B = (a⁻¹ − p⁰)⁻¹ in units of g (c, e) and g² (o): what the conjugates of the layer below are made of. */
  readonly spread: Pick<Replicas, 'c' | 'e' | 'o'>;
  /** g a_e p⁰_e, which is below 1 where the layer's law can be normalised. */
  readonly load: Jet;
}

/**
 * One Gaussian layer under rank-one conjugates w a wᵀ: Σ = (Σ⁰⁻¹ − w a wᵀ)⁻¹ from Σ⁰w and p⁰ = wᵀΣ⁰w. With r_s = 1/(1 − a_s p⁰_s) and
 * r_e = 1/(1 − g a_e p⁰_e) the products of replica matrices at n → 0,
 *
 *     (XY)_e = X_eY_e,  (XY)_st = X_sY_st + X_stY_e,  (XY)_ts = X_tsY_s + X_eY_ts,  (XY)_o = X_tsY_st + X_eY_o + X_oY_e,
 *
 * give B = a(1 − p⁰a)⁻¹, p = p⁰(1 − ap⁰)⁻¹ and Σw = Σ⁰w(1 − ap⁰)⁻¹ below. The conjugates of the target come in units of g = γ_t²: c and e once,
 * o twice, so that nothing is divided by a small γ_t. Every term is a sum; nothing cancels, for any δ.
 */
export function forwardLayer(below: Replicas, under: Images, conjugate: Replicas, g: number, tie: Tie): ForwardLayer {
  const p = tied(below, tie);
  const v = tiedImages(under, tie);
  const { s: as, c: ac, e: ae, o: ao } = conjugate;
  const rs = 1 / (1 - as * p.s);
  const re = ae.times(p.e).by(g).resolvent();
  const re2 = re.times(re);
  const pc2 = p.c.times(p.c);
  const acpc = ac.times(p.c);
  const ac2 = ac.times(ac);
  const spread = {
    c: ac.plus(p.c.times(ae).by(as)).times(re).by(rs),
    e: ae.times(re),
    o: re2.times(
      ao
        .plus(ae.times(ae).times(p.o))
        .plus(ac2.by(p.s * rs))
        .plus(acpc.times(ae).by(2 * rs))
        .plus(
          ae
            .times(ae)
            .times(pc2)
            .by(as * rs),
        ),
    ),
  };
  const projections = {
    s: rs * p.s,
    c: p.c
      .plus(ac.times(p.e).by(g * p.s))
      .times(re)
      .by(rs),
    e: p.e.times(re),
    o: re2.times(
      p.o
        .plus(
          p.e
            .times(p.e)
            .times(ao)
            .by(g * g),
        )
        .plus(pc2.by(as * rs))
        .plus(acpc.times(p.e).by(2 * g * rs))
        .plus(
          ac2
            .times(p.e)
            .times(p.e)
            .by(g * g * p.s * rs),
        ),
    ),
  };
  // x = a p⁰ and R = (1 − x)⁻¹.
  const xst = p.c.by(as).plus(ac.times(p.e).by(g));
  const xts = ac.by(g * p.s).plus(ae.times(p.c).by(g));
  const xo = acpc
    .by(g)
    .plus(ae.times(p.o).by(g))
    .plus(ao.times(p.e).by(g * g));
  const rst = xst.times(re).by(rs);
  const rts = xts.times(re).by(rs);
  const ro = re2.times(xo.plus(xts.times(xst).by(rs)));
  const images = {
    s: combine([[rs, v.s]]),
    st: combine([
      [rst, v.s],
      [re, v.st],
    ]),
    ts: combine([
      [rs, v.ts],
      [rts, v.e],
    ]),
    e: combine([[re, v.e]]),
    o: combine([
      [rst, v.ts],
      [ro, v.e],
      [re, v.o],
    ]),
  };
  const load = ae.times(p.e).by(g);
  return { projections, images, spread, load };
}
