/**
 * ln x = k ln 2 + ln m with m in [√½, √2): with f = m − 1 and s = f/(2 + f), ln m = f − s(f − R(s²)), or f − (f²/2 − s(f²/2 + R)) far from 1
 * (fdlibm, e_log.c, Sun 1993). Below 1 ULP. Products and sums are not fused, so that both builds give the same, and what JavaScript's
 * engines that are made from fdlibm give. Cost: 45 operations for two numbers, of which one division.
 */
import { choose } from './lanes';

/** z · sum + next, rounded twice. */
@inline
function horner(z: v128, sum: v128, next: f64): v128 {
  return f64x2.add(f64x2.mul(z, sum), f64x2.splat(next));
}

@inline
export function log(x: v128): v128 {
  const least = f64x2.splat(2.2250738585072014e-308);
  // Subnormal numbers times 2⁵⁴.
  const tiny = f64x2.lt(x, least);
  const scaled = choose(tiny, f64x2.mul(x, f64x2.splat(18014398509481984)), x);
  const bits = i64x2.sub(scaled, i64x2.splat(0x3fe6a09e667f3bcd));
  // The exponent of x/√½ in bits 52 … 62; as a double by way of the low bits of 2⁵² + 2⁵¹.
  const k = f64x2.sub(
    i64x2.add(i64x2.shr_s(bits, 52), f64x2.splat(6755399441055744)),
    choose(tiny, f64x2.splat(6755399441055744 + 54), f64x2.splat(6755399441055744)),
  );
  const m = i64x2.add(v128.and(bits, i64x2.splat(0x000fffffffffffff)), i64x2.splat(0x3fe6a09e667f3bcd));
  const f = f64x2.sub(m, f64x2.splat(1));
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const even = f64x2.mul(w, horner(w, horner(w, f64x2.splat(1.531383769920937332e-1), 2.222219843214978396e-1), 3.999999999940941908e-1));
  const odd = f64x2.mul(
    z,
    horner(
      w,
      horner(w, horner(w, f64x2.splat(1.479819860511658591e-1), 1.818357216161805012e-1), 2.857142874366239149e-1),
      6.666666666666735130e-1,
    ),
  );
  const rest = f64x2.add(odd, even);
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  const low = f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10));
  // Far from 1 the two parts of f²/2 are kept apart.
  const far = v128.or(f64x2.gt(f, f64x2.splat(0.38)), f64x2.lt(f, f64x2.splat(-0.29)));
  const tail = choose(
    far,
    f64x2.sub(half, f64x2.add(f64x2.mul(s, f64x2.add(half, rest)), low)),
    f64x2.sub(f64x2.mul(s, f64x2.sub(f, rest)), low),
  );
  const value = f64x2.sub(f64x2.mul(k, f64x2.splat(6.93147180369123816490e-1)), f64x2.sub(tail, f));
  // 0 → −∞, negative numbers → NaN, ∞ and NaN stay.
  const special = choose(
    f64x2.eq(x, f64x2.splat(0)),
    f64x2.splat(-Infinity),
    choose(f64x2.lt(x, f64x2.splat(0)), f64x2.splat(NaN), x),
  );
  const regular = v128.and(f64x2.gt(x, f64x2.splat(0)), f64x2.lt(x, f64x2.splat(Infinity)));
  return choose(regular, value, special);
}
