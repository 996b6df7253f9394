/**
 * A semi-implicit step of the mean-field Langevin dynamics, `theory.md` §2, as `reference/particles.ts` has it, in four kernels. For each
 * point, with a = 1 + δ, e = exp(−a dt), b = γ²(1 − e)/a:
 *   move     w° = κw̄ + e(w − κw̄) + √((1 − e²)/a) ξ; φ°, φ′° [M, P]; their panels, those of φ′ times s = Δ·φ°
 *   system   += (1/M)(φ°ᵀφ° + b K ∘ Σ s² φ′φ′ᵀ), lower half, panels of some particles at a time
 *   solve    (system + T 1) Δ′ = y; not-a-number where the system is not positive definite
 *   push     w = w° + b (Δ′·φ°) Xᵀ(Δ′ ∘ φ′°)/√D
 * A record of a point, 16 f64: addresses of w, Δ, w̄ (0: none), y, K, panels of Xᵀ, panels of X, Σ Δ (0: none), then κ, e, the spread of
 * the noise, b, T. Cost: 4 M P D + 2 M P² and M P activations with slopes, 70 operations each.
 */
import { scratch } from '../common/scratch';
import { featureRows, together } from './feature-rows';
import { factor, solveFactored } from './factor';
import { address, coefficient, dot, scaleBy } from './sums';
import { multiply, panelProduct } from './tile';

/** From one panel of `rows` particles to the next: not a power of two, or all panels would share a set of the cache. */
@inline
function panelStep(rows: usize): usize {
  return (rows + 2) * 32;
}

const recordBytes: usize = 128;

/** w° of two numbers. */
@inline
function drifted(w: v128, centre: v128, noise: v128, keep: v128, spread: v128): v128 {
  return f64x2.add(f64x2.add(centre, f64x2.mul(keep, f64x2.sub(w, centre))), f64x2.mul(spread, noise));
}

/** w° of `count` numbers. */
function drift(w: usize, anchor: usize, noise: usize, count: usize, kappa: f64, keep: f64, spread: f64): void {
  const pull = f64x2.splat(kappa);
  const kept = f64x2.splat(keep);
  const spreads = f64x2.splat(spread);
  const end = w + (count & ~1) * 8;
  if (anchor)
    for (; w < end; w += 16, anchor += 16, noise += 16)
      v128.store(w, drifted(v128.load(w), f64x2.mul(pull, v128.load(anchor)), v128.load(noise), kept, spreads));
  else for (; w < end; w += 16, noise += 16) v128.store(w, drifted(v128.load(w), f64x2.splat(0), v128.load(noise), kept, spreads));
  if (count & 1) {
    const centre = anchor ? f64x2.mul(pull, v128.load64_zero(anchor)) : f64x2.splat(0);
    v128.store64_lane(w, drifted(v128.load64_zero(w), centre, v128.load64_zero(noise), kept, spreads), 0);
  }
}

/** Writes scale · `from` [count, examples] into the panels, `step` bytes apart, from row `row` on. */
@inline
function intoPanels(from: usize, examples: usize, scale: f64, panels: usize, step: usize, row: usize): void {
  const by = f64x2.splat(scale);
  let j: usize = 0;
  let to = panels + row * 32;
  for (; j + 4 <= examples; j += 4, to += step) {
    v128.store(to, f64x2.mul(by, v128.load(from + j * 8)));
    v128.store(to, f64x2.mul(by, v128.load(from + j * 8, 16)), 16);
  }
  if (j < examples) for (let c: usize = 0; c < 4; c++) store<f64>(to + c * 8, j + c < examples ? scale * load<f64>(from + (j + c) * 8) : 0);
}

/**
 * Task `offset` + t: point ⌊·/pieces⌋, of particles `start` … `stop − 1` piece · mod pieces. Values and slopes: [points, M, P]; panels of
 * φ and of sφ′: [points][⌈P/4⌉][stop − start + 2][4]. Scratch: 128 bytes.
 */
export function particleMove(
  first: i32,
  end: i32,
  offset: i32,
  code: i32,
  records: usize,
  particles: usize,
  examples: usize,
  dimension: usize,
  start: usize,
  stop: usize,
  noise: usize,
  values: usize,
  slopes: usize,
  panels: usize,
  scaled: usize,
): void {
  const step = panelStep(stop - start);
  const pieces = (stop - start + together - 1) / together;
  const size = ((examples + 3) >> 2) * step;
  for (let task: usize = first + offset; task < <usize>(end + offset); task++) {
    const point = task / pieces;
    const record = records + point * recordBytes;
    const from = start + (task - point * pieces) * together;
    const count = min(together, stop - from);
    const w = address(record, 0) + from * dimension * 8;
    const anchor = address(record, 2);
    drift(
      w,
      anchor ? anchor + from * dimension * 8 : 0,
      noise + from * dimension * 8,
      count * dimension,
      coefficient(record, 8),
      coefficient(record, 9),
      coefficient(record, 10),
    );
    const at = (point * particles + from) * examples * 8;
    featureRows(code, w, count, dimension, address(record, 5), examples, values + at, slopes + at, scratch);
    const dual = address(record, 1);
    for (let i: usize = 0; i < count; i++) {
      const row = at + i * examples * 8;
      intoPanels(values + row, examples, 1, panels + point * size, step, from - start + i);
      intoPanels(slopes + row, examples, dot(values + row, dual, examples), scaled + point * size, step, from - start + i);
    }
  }
}

/** Tile (i, j) of the system of a point. */
@inline
function systemTile(i: usize, j: usize, examples: usize, count: usize, share: f64, b: f64, gram: usize, panels: usize, scaled: usize, system: usize, add: bool): void {
  const step = panelStep(count);
  const feature = scratch;
  const response = scratch + 128;
  panelProduct(panels + i * step, panels + j * step, count, share, feature);
  panelProduct(scaled + i * step, scaled + j * step, count, share * b, response);
  for (let r: usize = 0; r < min(examples - i * 4, 4); r++)
    for (let c: usize = 0; c < min(examples - j * 4, 4); c++) {
      const at = ((i * 4 + r) * examples + j * 4 + c) * 8;
      const made = load<f64>(feature + r * 32 + c * 8) + load<f64>(response + r * 32 + c * 8) * load<f64>(gram + at);
      store<f64>(system + at, add ? load<f64>(system + at) + made : made);
    }
}

/**
 * Task `offset` + t: point ⌊·/pairs⌋, of which rows of tiles p and n − 1 − p, which together are n + 1 tiles, for n = ⌈P/4⌉, pairs =
 * ⌈n/2⌉. Systems: [points, P, P]; `count` particles are in the panels; `add` unless they are the first. Scratch: 256 bytes.
 */
export function particleSystem(
  first: i32,
  end: i32,
  offset: i32,
  records: usize,
  particles: usize,
  examples: usize,
  count: usize,
  panels: usize,
  scaled: usize,
  systems: usize,
  add: i32,
): void {
  const n = (examples + 3) >> 2;
  const pairs = (n + 1) >> 1;
  const size = n * panelStep(count);
  const share = 1 / <f64>particles;
  for (let task: usize = first + offset; task < <usize>(end + offset); task++) {
    const point = task / pairs;
    const record = records + point * recordBytes;
    const b = coefficient(record, 11);
    const gram = address(record, 4);
    const system = systems + point * examples * examples * 8;
    const i = task - point * pairs;
    const other = n - 1 - i;
    for (let j: usize = 0; j <= i; j++)
      systemTile(i, j, examples, count, share, b, gram, panels + point * size, scaled + point * size, system, add != 0);
    if (other != i)
      for (let j: usize = 0; j <= other; j++)
        systemTile(other, j, examples, count, share, b, gram, panels + point * size, scaled + point * size, system, add != 0);
  }
}

/** Task: a point. Δ′ to its place, and added to Σ Δ. Scratch: 32 bytes. */
export function particleSolve(first: i32, end: i32, records: usize, examples: usize, systems: usize): void {
  for (let point: usize = first; point < <usize>end; point++) {
    const record = records + point * recordBytes;
    const system = systems + point * examples * examples * 8;
    const dual = address(record, 1);
    const labels = address(record, 3);
    const sum = address(record, 7);
    const temperature = coefficient(record, 12);
    for (let i: usize = 0; i < examples; i++) {
      const at = system + i * (examples + 1) * 8;
      store<f64>(at, load<f64>(at) + temperature);
    }
    if (factor(system, examples, scratch)) {
      memory.copy(dual, labels, examples * 8);
      solveFactored(system, examples, dual);
    } else for (let i: usize = 0; i < examples; i++) store<f64>(dual + i * 8, NaN);
    if (sum) for (let i: usize = 0; i < examples * 8; i += 8) store<f64>(sum + i, load<f64>(sum + i) + load<f64>(dual + i));
  }
}

/** Task `offset` + t: point ⌊·/pieces⌋, piece · mod pieces of all particles. Overwrites the slopes. Scratch: 128 bytes. */
export function particlePush(
  first: i32,
  end: i32,
  offset: i32,
  records: usize,
  particles: usize,
  examples: usize,
  dimension: usize,
  values: usize,
  slopes: usize,
): void {
  const pieces = (particles + together - 1) / together;
  const scale = 1 / Math.sqrt(<f64>dimension);
  for (let task: usize = first + offset; task < <usize>(end + offset); task++) {
    const point = task / pieces;
    const record = records + point * recordBytes;
    const dual = address(record, 1);
    const from = (task - point * pieces) * together;
    const count = min(together, particles - from);
    const at = (point * particles + from) * examples * 8;
    for (let i: usize = 0; i < count; i++) {
      const row = at + i * examples * 8;
      scaleBy(slopes + row, dual, dot(values + row, dual, examples), examples);
    }
    multiply(
      slopes + at,
      examples * 8,
      count,
      address(record, 6),
      examples,
      dimension,
      address(record, 0) + from * dimension * 8,
      dimension * 8,
      coefficient(record, 11) * scale,
      true,
      scratch,
    );
  }
}
