/** How alike two kernels are on the same examples, as they are and with the mean over examples taken off. Both from −1 to 1. */
export interface Alignment {
  readonly alignment: number;
  readonly centred: number;
}

const products = (a: Float64Array, b: Float64Array): { readonly across: number; readonly squares: number } => {
  let across = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    across += (a[i] as number) * (b[i] as number);
    aa += (a[i] as number) ** 2;
    bb += (b[i] as number) ** 2;
  }
  return { across, squares: aa * bb };
};

/** H A H with H = I − 11ᵀ/n: the kernel of features less their mean. */
const centre = (a: Float64Array, n: number): Float64Array => {
  const rows = new Float64Array(n);
  const columns = new Float64Array(n);
  let all = 0;
  a.forEach((value, index) => {
    rows[Math.floor(index / n)]! += value / n;
    columns[index % n]! += value / n;
    all += value / (n * n);
  });
  return a.map((value, index) => value - (rows[Math.floor(index / n)] as number) - (columns[index % n] as number) + all);
};

/**
 * ⟨A, B⟩_F/(‖A‖_F ‖B‖_F) of two kernels on the same n examples, row-major [n, n] (Cristianini et al. 2001), and the same of HAH and HBH
 * (centred kernel alignment: Cortes, Mohri and Rostamizadeh 2012). 0 where one of them is nothing, as the centred labels of a task with
 * one label are.
 */
export const kernelAlignment = (a: Float64Array, b: Float64Array, n: number): Alignment => {
  const plain = products(a, b);
  const centred = products(centre(a, n), centre(b, n));
  const ratio = ({ across, squares }: typeof plain, least: number): number => (squares > least ? across / Math.sqrt(squares) : 0);
  // What centring leaves of a constant is rounding, of relative size 10⁻¹⁶.
  return { alignment: ratio(plain, 0), centred: ratio(centred, plain.squares * 1e-24) };
};

/** The kernel yyᵀ, row-major [n, n]: what a task's labels would have a kernel be. Its alignment with Φ is yᵀΦy/(|y|²‖Φ‖_F). */
export const labelKernel = (labels: Float64Array): Float64Array => {
  const n = labels.length;
  return Float64Array.from({ length: n * n }, (_, index) => (labels[Math.floor(index / n)] as number) * (labels[index % n] as number));
};
