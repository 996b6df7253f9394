/**
 * What the functions over two lanes of f64 have in common. None of them depends on whether `madd` rounds once or twice: differences that
 * must be exact are made of products that are exact.
 */

/** a·b + c; one instruction in the build with relaxed SIMD. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** c − a·b; one instruction in the build with relaxed SIMD. */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_nmadd(a, b, c);
  return f64x2.sub(c, f64x2.mul(a, b));
}

/** The bits of the sign. */
@inline
export function signOf(x: v128): v128 {
  return v128.and(x, f64x2.splat(-0.0));
}

/** 1.5·2⁵²: added to a number below 2⁵¹ it leaves the nearest integer in the low bits. */
@inline
export function rounder(): v128 {
  return f64x2.splat(6755399441055744);
}

/** The low halves and the high halves of two pairs. */
@inline
export function lows(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 0, 2);
}
@inline
export function highs(a: v128, b: v128): v128 {
  return v128.shuffle<f64>(a, b, 1, 3);
}

/** `yes` where the mask is set, else `no`. */
@inline
export function choose(mask: v128, yes: v128, no: v128): v128 {
  return v128.bitselect(yes, no, mask);
}

/**
 * x without its last 27 bits: its square, and its product with another such, are exact.
 */
@inline
export function headOf(x: v128): v128 {
  return v128.and(x, i64x2.splat(0xfffffffff8000000));
}
