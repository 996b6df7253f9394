import { erf } from '$lib/base/special';
import { normals, uniforms } from '$lib/base/philox';
import type { Draw, Drawn } from '$lib/theory/bayes/conditional/drawn';
import type { Anchored } from '$lib/theory/bayes/conditional/peaks';
import type { Ridge } from '$lib/theory/bayes/directional/directions';
import { crestFrom } from '$lib/theory/bayes/directional/crests';
import { chancesOf, drawInTent, logTentAt, tentOver, type Tent } from '$lib/theory/bayes/directional/tents';
import { lengthsAlong, type Lengths } from '$lib/theory/bayes/directional/lengths';
import { normalQuantile } from '$lib/theory/bayes/directional/quantile';
import { dot } from '$lib/theory/common/vectors';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';

/** How much stiffer a part is along its ridge than the law, a − γ²s², so that no weight is large. */
const milder = 1.3;

/** |g|² of a part, as a share of a, at most. */
const narrowest = 0.9995;

/** Shares of the proposal: the conditional prior itself, sides about ridges, and the rest tents over crests. */
const share = { plain: 0.15, sides: 0.25 } as const;

/** Sides and tents at most, and ridges that crests are looked for from. */
const most = 8;
const looked = 12;

/** Parts whose mass is this far below the greatest, in logs, are left out. */
const depth = 12;

/**
 * Of a Gaussian N(m_g, (a − g gᵀ)⁻¹), m_g = (a − g gᵀ)⁻¹ a m, the side of g, whose directions are proposed: the law's own shape within a cone, where
 * s(z) = a_c·z and p(z|m) ∝ N(z; m, 1/a) exp(½γ²s²).
 */
interface Side {
  readonly g: Float64Array;
  /** log of its mass, as a share of the conditional prior's 1, and where it begins: −g·m_g in deviations along g. */
  readonly logMass: number;
  readonly edge: number;
}

const phi = (x: number): number => 0.5 * (1 + erf(x * Math.SQRT1_2));

function massOf(g: Float64Array, mean: Float64Array, stiffness: number): Omit<Side, 'g'> {
  const square = dot(g, g);
  const left = stiffness - square;
  const along = dot(g, mean);
  const edge = (-stiffness * along) / Math.sqrt(square * left);
  return {
    logMass: 0.5 * Math.log(stiffness / left) + (0.5 * stiffness * along * along) / left + Math.log(Math.max(1e-300, phi(-edge))),
    edge,
  };
}

const milderOne = (g: Float64Array, stiffness: number): Float64Array => {
  const square = dot(g, g);
  const kept = Math.max(0, Math.min(narrowest, 1 - milder * (1 - square / stiffness))) * stiffness;
  return square > 0 ? g.map((value) => value * Math.sqrt(kept / square)) : g;
};

/** Shares of the masses, between even ones and their own. */
function sharesOf(logMasses: readonly number[], whole: number): number[] {
  const top = logMasses.reduce((a, b) => Math.max(a, b), -Infinity);
  const masses = logMasses.map((log) => Math.exp(log - top));
  const sum = masses.reduce((a, b) => a + b, 0);
  return masses.map((mass) => whole * (0.3 / masses.length + (0.7 * mass) / sum));
}

/** The sides about the ridges of s². */
function sidesOf({ gamma, rank }: Landscape, mean: Float64Array, stiffness: number, ridges: readonly Ridge[]): Side[] {
  const found = ridges
    .map(({ direction, strength }) =>
      milderOne(
        direction.map((value) => gamma * Math.abs(strength) * value),
        stiffness,
      ),
    )
    .filter((g) => dot(g, g) > 1e-6 * stiffness)
    .map((g): Side => ({ g, ...massOf(g, mean, stiffness) }))
    .sort((a, b) => b.logMass - a.logMass);
  const kept = found.filter(({ logMass, edge }) => logMass > found[0]!.logMass - depth && edge < 4).slice(0, most);
  return [{ g: new Float64Array(rank), logMass: 0, edge: -Infinity }, ...kept];
}

/** Tents over the crests that are climbed to from the anchor and from the ridges, each once. */
function tentsOf(land: Landscape, dual: Float64Array, mean: Float64Array, stiffness: number, ridges: readonly Ridge[]): Tent[] {
  const { gamma } = land;
  const starts = ridges.map(({ direction, strength }) => {
    const length = Math.max(1, (stiffness * dot(direction, mean)) / (stiffness - (gamma * strength) ** 2));
    return direction.map((value) => length * value);
  });
  const tents: Tent[] = [];
  for (const start of [mean, ...starts]) {
    const crest = crestFrom(land, dual, mean, stiffness, start);
    const tent = crest && tentOver(land, dual, mean, stiffness, crest);
    if (tent && tents.every(({ direction }) => dot(direction, tent.direction) < 1 - 1e-9)) tents.push(tent);
  }
  tents.sort((a, b) => b.logMass - a.logMass);
  return tents.filter(({ logMass }) => logMass > tents[0]!.logMass - depth).slice(0, most);
}

/**
 * For each mean m `own` directions u of a target of relu, with features of unit length, b = a m·u, and log of the prior's over the proposed density
 * of directions, but for the integral over lengths under Δ, which is left to the weights. A direction of N(m_g, (a − g gᵀ)⁻¹) has density
 * ∝ |a − g gᵀ|^½ exp(−½ a m·m_g) I_{r−1}(a − (g·u)², a m·u) (`lengths.ts`). Cost P r a sample and r a part.
 */
export async function drawAboutAnchors(
  land: Landscape,
  dual: Float64Array,
  { means, stiffness }: Anchored,
  ridges: readonly Ridge[],
  { own, seed, stream, round, yieldToDevice }: Draw,
): Promise<Drawn> {
  const { rank, examples, coordinates } = land;
  const anchors = means.length / rank;
  const samples = new Float64Array(anchors * own * rank);
  const pulls = new Float64Array(anchors * own);
  const logRatios = new Float64Array(anchors * own);
  const features = new Float64Array(anchors * own * examples);
  const out: Lengths = { log: 0, second: 0, fourth: 0 };
  const logs = new Float64Array(1 + 2 * most);
  for (let k = 0; k < anchors; k++) {
    if (k % 32 === 31) await yieldToDevice();
    const mean = means.subarray(k * rank, (k + 1) * rank);
    const sides = sidesOf(land, mean, stiffness, ridges.slice(0, looked));
    const tents = tentsOf(land, dual, mean, stiffness, ridges.slice(0, looked));
    // What the densities of sides have in common with the prior's is left out, and so is added to those of tents.
    const common = 0.5 * stiffness * dot(mean, mean) - 0.5 * rank * Math.log(stiffness / (2 * Math.PI));
    const [first, ...others] =
      sides.length > 1
        ? sharesOf(
            sides.slice(1).map(({ logMass }) => logMass),
            tents.length > 0 ? share.sides : 1 - share.plain,
          )
        : [];
    const shares = [
      share.plain,
      ...(first === undefined ? [] : [first, ...others]),
      ...(tents.length > 0
        ? sharesOf(
            tents.map(({ logMass }) => logMass),
            1 - share.plain - share.sides,
          )
        : []),
    ];
    const whole = shares.reduce((a, b) => a + b, 0);
    const heads = shares.map((one, q) => Math.log(one / whole) + (q < sides.length ? -sides[q]!.logMass : common));
    const step = (1 << 20) * (1 + round) + 2 * k;
    samples.set(normals(own * rank, { seed, stream, step }), k * own * rank);
    const needed = chancesOf(rank);
    const chance = uniforms(own * needed + 1, { seed, stream, step: step + 1 });
    const offset = chance[own * needed]!;
    let part = 0;
    let upTo = 0;
    for (let i = 0; i < own; i++) {
      while (part < shares.length - 1 && (i + offset) / own > upTo + shares[part]! / whole) upTo += shares[part++]! / whole;
      const u = samples.subarray((k * own + i) * rank, (k * own + i + 1) * rank);
      const side = sides[part];
      const chances = chance.subarray(i * needed, (i + 1) * needed);
      if (side) turn(u, side.g, mean, stiffness, side.edge, chances[0]!);
      else drawInTent(tents[part - sides.length]!, u, chances);
      const pull = stiffness * dot(mean, u);
      pulls[k * own + i] = pull;
      let greatest = -Infinity;
      sides.forEach(({ g }, q) => {
        const across = dot(g, u);
        if (q > 0 && across <= 0) logs[q] = -Infinity;
        else {
          lengthsAlong(rank, stiffness - across * across, pull, out);
          logs[q] = heads[q]! + out.log;
        }
        greatest = Math.max(greatest, logs[q]);
      });
      tents.forEach((tent, q) => {
        logs[sides.length + q] = heads[sides.length + q]! + logTentAt(tent, u);
        greatest = Math.max(greatest, logs[sides.length + q]!);
      });
      let sum = 0;
      for (let q = 0; q < shares.length; q++) sum += Math.exp(logs[q]! - greatest);
      // log Z is 0 at Δ = 0: the prior's constants are left out.
      logRatios[k * own + i] = -(greatest + Math.log(sum));
      for (let p = 0; p < examples; p++) {
        let h = 0;
        for (let j = 0; j < rank; j++) h += coordinates[p * rank + j]! * u[j]!;
        features[(k * own + i) * examples + p] = Math.max(0, h);
      }
    }
  }
  return { samples, logRatios, features, count: anchors * own, anchors, rays: rank, held: { stiffness, pulls } };
}

/** Standard normals become a direction of N(m_g, (a − g gᵀ)⁻¹), beyond the edge along g, by the chance given. In place. */
function turn(u: Float64Array, g: Float64Array, mean: Float64Array, stiffness: number, edge: number, chance: number): void {
  const square = dot(g, g);
  const root = Math.sqrt(stiffness);
  if (square === 0) for (let j = 0; j < u.length; j++) u[j] = mean[j]! + u[j]! / root;
  else {
    const left = stiffness - square;
    // Along g a normal beyond the edge, across it the prior.
    const below = phi(edge);
    const t = normalQuantile(below + chance * (1 - below));
    const along = dot(g, u);
    const centre = (stiffness * dot(g, mean)) / left;
    const wanted = centre + t * Math.sqrt(square / left);
    const prior = dot(g, mean) + along / root;
    for (let j = 0; j < u.length; j++) u[j] = mean[j]! + u[j]! / root + ((wanted - prior) * g[j]!) / square;
  }
  const length = Math.sqrt(dot(u, u));
  for (let j = 0; j < u.length; j++) u[j]! /= length;
}
