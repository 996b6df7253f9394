/**
 * The functions of this folder of whole arrays, for tests: `to`[i] = f(x[i], y[i]), [count] f64, `count` even. Code: 0 exp, 1 log, 2 erf,
 * 3 erf′, 4 tanh, 5 1/cosh², 6 asin, 7 acos, 8 atan2(x, y), 9 cos and 10 sin (in [0, 8]).
 */
import { acos, asin, atan2 } from './arc';
import { circle } from './circle';
import { erf, erfSlope } from './erf';
import { exp } from './exp';
import { log } from './log';
import { tanh, tanhAndSlope } from './tanh';

/** Task: all. */
export function evaluate(first: i32, end: i32, code: i32, x: usize, y: usize, to: usize, count: usize): void {
  const other = to + count * 8;
  for (let at: usize = 0; at < count * 8; at += 16) {
    const a = v128.load(x + at);
    let made: v128;
    if (code == 0) made = exp(a);
    else if (code == 1) made = log(a);
    else if (code == 2) made = erf(a);
    else if (code == 3) made = erfSlope(a);
    else if (code == 4) made = tanh(a);
    else if (code == 6) made = asin(a);
    else if (code == 7) made = acos(a);
    else if (code == 8) made = atan2(a, v128.load(y + at));
    else {
      // The one that is not asked for goes past the end.
      if (code == 5) tanhAndSlope(a, other, to + at);
      else circle(a, code == 9 ? to + at : other, code == 9 ? other : to + at);
      continue;
    }
    v128.store(to + at, made);
  }
}
