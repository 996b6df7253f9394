/** Weighted points of a law in the span of a target's training inputs; of rank 1 y is 0. Their masses sum to 1. */
export interface Anchors {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly mass: Float64Array;
}

/** Numbers kept of a bin: mass, and Σ mass times dx, dy, dx², dx dy, dy² from its middle. */
const kept = 6;

/** Bins along one axis at most. */
const side = 2 ** 20;

/** Bins with less of the whole mass are left out, and with less than the second become one point. */
const negligible = 1e-9;
const small = 1e-5;

/**
 * Gathers the mass of a law in square bins. A bin with much mass becomes points that have its mass, mean and covariance: two on a line, four in
 * the plane, at mean ± deviation along the axes of the covariance (the product of two-point Gauss rules). What is integrated over the law may
 * then bend within a bin; the error is of the fourth order in its width, and no weight is negative.
 */
export class Bins {
  readonly #width: number;
  readonly #steep: Float64Array;
  readonly #numbers = new Map<number, number>();
  #sums = new Float64Array(256 * kept);
  #middles = new Float64Array(256 * 2);
  #count = 0;

  readonly #folded: boolean;

  /**
   * Bins end too where an input of `steep`, rows [n, 2], has h = 0, so that what is like a step there is not blurred. Folded:
   * what is left of x = 0 is turned about the origin, for functions that are even.
   */
  constructor(width: number, steep = new Float64Array(0), folded = false) {
    this.#folded = folded;
    this.#width = width;
    this.#steep = steep;
  }

  add(x: number, y: number, mass: number): void {
    if (this.#folded && x < 0) [x, y] = [-x, -y];
    const [i, j] = [Math.floor(x / this.#width), Math.floor(y / this.#width)];
    let pattern = 0;
    for (let p = 0; p < this.#steep.length; p += 2)
      pattern = (2 * pattern + (this.#steep[p]! * x + this.#steep[p + 1]! * y > 0 ? 1 : 0)) % 4093;
    const key = (pattern * side + (i + side / 2)) * side + (j + side / 2);
    let bin = this.#numbers.get(key);
    if (bin === undefined) {
      bin = this.#count++;
      this.#numbers.set(key, bin);
      if (this.#sums.length < this.#count * kept) {
        this.#sums = grown(this.#sums);
        this.#middles = grown(this.#middles);
      }
      this.#middles[2 * bin] = (i + 0.5) * this.#width;
      this.#middles[2 * bin + 1] = (j + 0.5) * this.#width;
    }
    const dx = x - this.#middles[2 * bin]!;
    const dy = y - this.#middles[2 * bin + 1]!;
    const sums = this.#sums;
    const at = bin * kept;
    sums[at]! += mass;
    sums[at + 1]! += mass * dx;
    sums[at + 2]! += mass * dy;
    sums[at + 3]! += mass * dx * dx;
    sums[at + 4]! += mass * dx * dy;
    sums[at + 5]! += mass * dy * dy;
  }

  anchors(): Anchors {
    let whole = 0;
    for (let bin = 0; bin < this.#count; bin++) whole += this.#sums[bin * kept]!;
    const points: number[] = [];
    let used = 0;
    for (let bin = 0; bin < this.#count; bin++) {
      const [mass = 0, mx = 0, my = 0, mxx = 0, mxy = 0, myy = 0] = this.#sums.subarray(bin * kept, (bin + 1) * kept);
      if (!(mass > negligible * whole)) continue;
      used += mass;
      const x = this.#middles[2 * bin]! + mx / mass;
      const y = this.#middles[2 * bin + 1]! + my / mass;
      const [a, b, c] = [mxx / mass - (mx / mass) ** 2, mxy / mass - (mx * my) / mass ** 2, myy / mass - (my / mass) ** 2];
      const axes = mass < small * whole ? [] : axesOf(a, b, c, 1e-6 * this.#width);
      const [first, second] = axes;
      if (!first) points.push(x, y, mass);
      else if (!second) for (const sign of [-1, 1]) points.push(x + sign * first[0], y + sign * first[1], mass / 2);
      else
        for (const one of [-1, 1])
          for (const other of [-1, 1])
            points.push(x + one * first[0] + other * second[0], y + one * first[1] + other * second[1], mass / 4);
    }
    const column = (j: number): Float64Array => Float64Array.from({ length: points.length / 3 }, (_, i) => points[3 * i + j]!);
    return { x: column(0), y: column(1), mass: column(2).map((mass) => mass / used) };
  }
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const out = new Float64Array(2 * values.length);
  out.set(values);
  return out;
}

/** The axes of the symmetric matrix (a b; b c), each with the root of its eigenvalue as length; those no longer than `least` are left out. */
export function axesOf(a: number, b: number, c: number, least: number): (readonly [x: number, y: number])[] {
  const middle = 0.5 * (a + c);
  const half = Math.hypot(0.5 * (a - c), b);
  const angle = 0.5 * Math.atan2(2 * b, a - c);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const long = Math.sqrt(Math.max(0, middle + half));
  const short = Math.sqrt(Math.max(0, middle - half));
  const axes: (readonly [number, number])[] = [];
  if (long > least) axes.push([long * cos, long * sin]);
  if (short > least) axes.push([-short * sin, short * cos]);
  return axes;
}
