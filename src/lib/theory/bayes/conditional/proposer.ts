import type { Draw, Drawn } from '$lib/theory/bayes/conditional/drawn';
import { explore, usualWells, type Anchored, type Wells } from '$lib/theory/bayes/conditional/peaks';
import { drawConditional } from '$lib/theory/bayes/conditional/proposals';
import { ridgesOf, type Ridge } from '$lib/theory/bayes/directional/directions';
import { drawAboutAnchors } from '$lib/theory/bayes/directional/about';
import { placesAlong } from '$lib/theory/bayes/directional/places';
import { drawDirections } from '$lib/theory/bayes/directional/proposals';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';
import type { Weighted } from '$lib/theory/bayes/wells/newton';

interface Look {
  readonly round: number;
  readonly seed: number;
  readonly stream: number;
  /** Anchors to explore. */
  readonly explored: number;
}

/** How samples of the law of a target or a source are proposed under one Δ after the other. */
export interface Proposer {
  /** Looks where the law under Δ is; the same Δ, or a smaller one where under Δ there is no law. */
  look(dual: Float64Array, anchored: Anchored, look: Look): Float64Array;
  draw(dual: Float64Array, anchored: Anchored, draw: Draw): Promise<Drawn>;
  /** z [n, r] of the samples, under the Δ that they are weighted by. */
  places(drawn: Drawn, at: Weighted, key: { readonly seed: number; readonly stream: number }): Float64Array;
}

/** Bounded φ: mixtures about the peaks of the law. */
function aboutPeaks(land: Landscape, wells: Wells): Proposer {
  let places: Float64Array[] = [];
  return {
    look(dual, anchored, { seed, stream, round, explored }) {
      places = explore(land, dual, anchored, places, { anchors: explored, seed: seed + round, stream });
      return dual;
    },
    draw: (dual, anchored, draw) => drawConditional(land, dual, anchored, { places, wells }, draw),
    places: ({ samples }) => samples,
  };
}

/** γ²s² at the strongest ridge, at most, as a share of a = 1+δ: there is no law from 1 on. */
const within = 0.9995;

/** relu: directions along the ridges of s², and about anchors, the length along each integrated over. */
function alongRidges(land: Landscape, held: boolean): Proposer {
  const { gamma } = land;
  let ridges: Ridge[] = [];
  return {
    look(dual, { stiffness }, { seed, stream, round }) {
      const known = ridges.map(({ direction }) => direction);
      ridges = ridgesOf(land, dual, known, { random: round === 0 ? 400 : 100, seed: seed + round, stream });
      const strongest = (gamma * (ridges[0]?.strength ?? 0)) ** 2 / stiffness;
      if (strongest <= within) return dual;
      const share = Math.sqrt(within / strongest);
      ridges = ridges.map(({ direction, strength }) => ({ direction, strength: share * strength }));
      return dual.map((value) => share * value);
    },
    draw: (dual, anchored, draw) =>
      held ? drawAboutAnchors(land, dual, anchored, ridges, draw) : Promise.resolve(drawDirections(land, ridges, draw)),
    places: (drawn, { s }, key) => placesAlong(drawn, s, gamma, { ...key, step: 2 ** 30 }),
  };
}

export const proposerOf = (land: Landscape, held: boolean, wells: Wells = usualWells): Proposer =>
  land.activation === 'relu' ? alongRidges(land, held) : aboutPeaks(land, wells);
