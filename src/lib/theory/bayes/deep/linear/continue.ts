import { evaluateSaddle, lazyEnd, newtonSaddle, solved, type DeepTargetProblem, type Saddle } from '$lib/theory/bayes/deep/linear/saddle';

/** Where the walk ended. */
export type Walk = { readonly saddle: Saddle } | { readonly stuck: number };

interface Place {
  readonly g: number;
  readonly unknowns: readonly number[];
}

/** A guess at g from two places before: a straight line in log g, of logarithms where numbers keep their sign. */
function ahead(a: Place | undefined, b: Place, g: number): readonly number[] {
  if (!a || !(a.g > 0)) return b.unknowns;
  const share = Math.log(g / b.g) / Math.log(b.g / a.g);
  return b.unknowns.map((value, i) => {
    const before = a.unknowns[i]!;
    return before !== 0 && before * value > 0 ? value * (value / before) ** share : value + share * (value - before);
  });
}

/** A solution farther from where the branch points, in logarithms, is on another branch. */
const farthest = 0.5;

/** Of what keeps its sign: all but Δ's share of the source (1) and the mixed conjugates (4, 7, …). */
const isNear = (guess: readonly number[], found: readonly number[]): boolean =>
  guess.every((value, i) => i === 1 || (i > 1 && i % 3 === 2) || !(value > 0) || Math.abs(Math.log(found[i]! / value)) < farthest);

/** The shortest stretch of log g that the walk tries before it gives up, and the most that it tries. */
const shortest = 1e-4;
const most = 500;

/**
 * The saddle of a deep linear target at g = γ_t² by continuation from the lazy end g = 0, which is known in closed form. Newton's method on all
 * unknowns at once is not troubled where the problem at fixed Δ is singular (`deep-transfer.md`). Stuck at the largest g reached where the
 * branch turns back.
 */
export function walk(problem: DeepTargetProblem, g: number): Walk {
  let place: Place = { g: 0, unknowns: lazyEnd(problem) };
  const answer = ({ g: at, unknowns }: Place): Walk => {
    const saddle = evaluateSaddle(problem, at, unknowns);
    return saddle && saddle.left < solved ? { saddle } : { stuck: at };
  };
  if (g === 0) return answer(place);
  const load = evaluateSaddle(problem, 0, place.unknowns);
  const scale = load?.layers.reduce((most, { projections: { e, o } }) => Math.max(most, e.value + o.value), 0) ?? 0;
  let before: Place | undefined;
  let stretch = 0.5;
  let first = Math.min(g, 0.05 / (scale || 1));
  for (let tries = 0; place.g < g; tries++) {
    if (tries === most) return { stuck: place.g };
    const next = place.g === 0 ? first : Math.min(g, place.g * Math.exp(stretch));
    const guess = ahead(before, place, next);
    const tried = newtonSaddle(problem, next, guess);
    const found = tried && isNear(guess, tried) ? tried : undefined;
    if (found) {
      before = place;
      place = { g: next, unknowns: found };
      stretch = Math.min(4, 1.5 * stretch);
    } else if (place.g === 0) {
      first /= 4;
      if (first < 1e-12 * g) return { stuck: 0 };
    } else {
      stretch /= 3;
      if (stretch < shortest) return { stuck: place.g };
    }
  }
  return answer(place);
}
