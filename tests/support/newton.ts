import { eliminate } from './linear-bayes';

const norm = (v: readonly number[]): number => Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));

/**
 * A root of `defect` near `start` by damped Newton steps with a Jacobian by central differences; `defect` gives nothing outside its domain.
 * Returns where it came to rest and how large the defect is there.
 */
export function newton(
  defect: (at: readonly number[]) => readonly number[] | undefined,
  start: readonly number[],
): { readonly at: readonly number[]; readonly left: number } {
  let at = [...start];
  for (let iteration = 0; iteration < 80; iteration++) {
    const here = defect(at);
    if (!here) return { at, left: Infinity };
    if (norm(here) < 1e-13) break;
    const size = 1e-6 * (norm(at) / Math.sqrt(at.length) + 1e-3);
    const moved = (j: number, sign: number): readonly number[] =>
      defect(at.map((value, i) => (i === j ? value + sign * size : value))) ?? here;
    const columns = at.map((_, j) => {
      const [plus, minus] = [moved(j, 1), moved(j, -1)];
      return plus.map((value, i) => (value - (minus[i] ?? NaN)) / (2 * size));
    });
    const step = eliminate(
      here.map((_, i) => columns.map((column) => column[i] ?? NaN)),
      here.map((value) => [-value]),
    ).map(([value]) => value ?? NaN);
    let scale = 1;
    let next = at;
    for (; scale > 1e-7; scale /= 2) {
      next = at.map((value, i) => value + scale * (step[i] ?? NaN));
      const there = defect(next);
      if (there && norm(there) < norm(here)) break;
    }
    if (scale <= 1e-7) break;
    at = next;
  }
  const left = defect(at);
  return { at, left: left ? norm(left) : Infinity };
}
