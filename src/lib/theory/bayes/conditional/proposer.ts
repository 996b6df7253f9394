import { normals } from '$lib/base/philox';
import { streams } from '$lib/base/random';
import type { Draw, Drawn } from '$lib/theory/bayes/conditional/drawn';
import { explore, type Anchored } from '$lib/theory/bayes/conditional/peaks';
import { drawConditional } from '$lib/theory/bayes/conditional/proposals';
import { ridgesOf, type Ridge } from '$lib/theory/bayes/directional/directions';
import { drawDirections } from '$lib/theory/bayes/directional/proposals';
import { dot } from '$lib/theory/bayes/wells/dense';
import type { Landscape } from '$lib/theory/bayes/wells/landscape';
import type { Weighted } from '$lib/theory/bayes/wells/newton';

/** How samples of the law of a target or a source are proposed under one Δ after the other. */
export interface Proposer {
  /** Looks where the law under Δ is; the same Δ, or a smaller one where under Δ there is no law. */
  look(dual: Float64Array, anchored: Anchored, round: number, seed: number): Float64Array;
  draw(dual: Float64Array, anchored: Anchored, draw: Draw): Promise<Drawn>;
  /** z [n, r] of the samples, under the Δ that they are weighted by. */
  places(drawn: Drawn, at: Weighted, seed: number): Float64Array;
}

/** Bounded φ: mixtures about the peaks of the law. */
function aboutPeaks(land: Landscape): Proposer {
  let places: Float64Array[] = [];
  return {
    look(dual, anchored, round, seed) {
      places = explore(land, dual, anchored, places, { anchors: round === 0 ? 48 : 12, seed: seed + round });
      return dual;
    },
    draw: (dual, anchored, draw) => drawConditional(land, dual, anchored, places, draw),
    places: ({ samples }) => samples,
  };
}

/** γ²s² at the strongest ridge, at most: there is no law from 1 on. */
const within = 0.9995;

/** A source of relu: directions along the ridges of s², the length along each integrated over. */
function alongRidges(land: Landscape): Proposer {
  const { rank, gamma } = land;
  let ridges: Ridge[] = [];
  return {
    look(dual, _, round, seed) {
      const known = ridges.map(({ direction }) => direction);
      ridges = ridgesOf(land, dual, known, { random: round === 0 ? 400 : 100, seed: seed + round });
      const strongest = (gamma * (ridges[0]?.strength ?? 0)) ** 2;
      if (strongest <= within) return dual;
      const share = Math.sqrt(within / strongest);
      ridges = ridges.map(({ direction, strength }) => ({ direction, strength: share * strength }));
      return dual.map((value) => share * value);
    },
    draw: (_dual, _anchored, draw) => Promise.resolve(drawDirections(land, ridges, draw)),
    places({ samples, count }, { s }, seed) {
      const noise = normals(count * rank, { seed, stream: streams.wells, step: 8189 });
      return samples.map((value, at) => {
        const i = Math.floor(at / rank);
        const chi = noise.subarray(i * rank, (i + 1) * rank);
        return value * Math.sqrt(dot(chi, chi) / (1 - (gamma * s[i]!) ** 2));
      });
    },
  };
}

export const proposerOf = (land: Landscape): Proposer => (land.activation === 'relu' ? alongRidges(land) : aboutPeaks(land));
