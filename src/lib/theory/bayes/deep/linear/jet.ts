/**
 * A number with its derivatives by n variables: forward differentiation, so that Newton's method has the exact Jacobian of formulas that
 * are written once. Every operation costs O(n).
 */
export class Jet {
  private constructor(
    readonly value: number,
    readonly slopes: Float64Array,
  ) {}

  /** A number that depends on none of the n variables. */
  static constant(value: number, n: number): Jet {
    return new Jet(value, new Float64Array(n));
  }

  /** A function whose derivatives are known. */
  static of(value: number, slopes: Float64Array): Jet {
    return new Jet(value, slopes);
  }

  /** Variable number i of n. */
  static variable(value: number, i: number, n: number): Jet {
    const slopes = new Float64Array(n);
    slopes[i] = 1;
    return new Jet(value, slopes);
  }

  plus(other: Jet): Jet {
    return this.#with(this.value + other.value, 1, other, 1);
  }

  times(other: Jet): Jet {
    return this.#with(this.value * other.value, other.value, other, this.value);
  }

  /** Times a number. */
  by(factor: number): Jet {
    return this.#with(factor * this.value, factor, this, 0);
  }

  /** 1/(1 − x). */
  resolvent(): Jet {
    const value = 1 / (1 - this.value);
    return this.#with(value, value * value, this, 0);
  }

  /** A number whose derivatives are `own` times these and `factor` times those of another. */
  #with(value: number, own: number, { slopes: others }: Jet, factor: number): Jet {
    const { slopes } = this;
    const n = slopes.length;
    const out = new Float64Array(n);
    for (let i = 0; i < n; i++) out[i] = own * slopes[i]! + factor * others[i]!;
    return new Jet(value, out);
  }
}
