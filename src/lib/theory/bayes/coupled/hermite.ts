/** Nodes and weights of a Gauss rule. */
export interface Rule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

const known = new Map<number, Rule>();

/** He_{n−1} and He_n at x, each over √(its degree!), so that neither overflows. */
function hermite(n: number, x: number): readonly [before: number, here: number] {
  let [before, here] = [0, 1];
  for (let l = 0; l < n; l++) [before, here] = [here, (x * here - Math.sqrt(l) * before) / Math.sqrt(l + 1)];
  return [before, here];
}

/**
 * The Gauss–Hermite rule of n points for averages over a standard normal, exact for polynomials of degree 2n − 1: roots of He_n by bisection
 * between the roots of the degree below, weights 1/(n h²), h = He_{n−1}/√((n−1)!) there (Abramowitz and Stegun 25.4.46).
 */
export function hermiteRule(n: number): Rule {
  const before = known.get(n);
  if (before) return before;
  let roots: number[] = [];
  for (let degree = 1; degree <= n; degree++) {
    const far = 2 * Math.sqrt(degree) + 1;
    const ends = [-far, ...roots, far];
    roots = ends.slice(1).map((to, i) => {
      let [low, high] = [ends[i]!, to];
      const rising = hermite(degree, high)[1] > 0;
      for (let step = 0; step < 80; step++) {
        const middle = 0.5 * (low + high);
        if (hermite(degree, middle)[1] > 0 === rising) high = middle;
        else low = middle;
      }
      return 0.5 * (low + high);
    });
  }
  const rule = { nodes: Float64Array.from(roots), weights: Float64Array.from(roots, (x) => 1 / (n * hermite(n, x)[0] ** 2)) };
  known.set(n, rule);
  return rule;
}
