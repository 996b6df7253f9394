/** Figures that should be 1; which of two is worse is told by the distance from it. */
const ratios: ReadonlySet<string> = new Set(['virial', 'balance', 'rhat']);

/** Figures of which more is better. */
const scarce: ReadonlySet<string> = new Set(['acceptance', 'effectiveSamples']);

/** The worse of two figures of numerical health (`Health` in `theory/theory.ts`) of one name: of most, the larger. */
export const worseFigure = (name: string, a: number, b: number): number => {
  if (scarce.has(name)) return Math.min(a, b);
  const from = ratios.has(name) ? 1 : 0;
  return Math.abs(b - from) > Math.abs(a - from) ? b : a;
};
