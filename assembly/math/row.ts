/**
 * Rows of a table of polynomials (fit.py): at 16 bytes begin c1 … c10, of which the odd ones are the coefficients of A, the even ones of B, side
 * by side, so that one Horner step of a number advances both.
 */
import { madd } from './lanes';

/** [A(u), B(u)] of the row at `row`. */
@inline
export function pairAt(row: usize, u: v128): v128 {
  let sum = v128.load(row, 80);
  sum = madd(sum, u, v128.load(row, 64));
  sum = madd(sum, u, v128.load(row, 48));
  sum = madd(sum, u, v128.load(row, 32));
  return madd(sum, u, v128.load(row, 16));
}
