import type { Cell } from '$lib/theory/bayes/span/cells';
import type { Evaluation } from '$lib/theory/bayes/span/newton';

/** Log of a mass beside that of the heaviest node, below which a node is left out of sums: e⁻⁴⁶ is 10⁻²⁰. */
const negligible = -46;

/** A law at the nodes of cells, under one Δ. */
export interface NodeLaw {
  readonly cells: readonly Cell[];
  /** Log of ∫ of the tilted over ∫ of the prior. */
  readonly logNormaliser: number;
  /** Masses of all nodes, cell by cell; they sum to 1. */
  readonly masses: Float64Array;
  /** s = Δ·φ of all nodes. */
  readonly tilt: Float64Array;
}

/** The law p ∝ exp(−½|w|² + ½γ²(Δ·φ)²) at the nodes of cells: P operations a node. */
export function nodeLaw(cells: readonly Cell[], gamma: number, dual: Float64Array): NodeLaw {
  const size = dual.length;
  const each = cells[0]?.logPrior.length ?? 0;
  const tilt = new Float64Array(cells.length * each);
  const masses = new Float64Array(tilt.length);
  let greatest = -Infinity;
  let strongest = 0;
  let prior = 0;
  for (const [c, { features, logPrior }] of cells.entries()) {
    for (let k = 0; k < each; k++) {
      let s = 0;
      for (let p = 0, at = k * size; p < size; p++) s += dual[p]! * features[at + p]!;
      const node = c * each + k;
      tilt[node] = s;
      const exponent = 0.5 * (gamma * s) ** 2;
      if (exponent > strongest) strongest = exponent;
      const log = logPrior[k]! + exponent;
      masses[node] = log;
      if (log > greatest) greatest = log;
      prior += Math.exp(logPrior[k]!);
    }
  }
  let excess = 0;
  let total = 0;
  for (let node = 0; node < masses.length; node++) {
    const log = masses[node]!;
    // Of a small γ the logarithm of next to 1 would lose what is divided by γ² later.
    if (strongest < 0.5) excess += Math.exp(log) * -Math.expm1(-0.5 * (gamma * tilt[node]!) ** 2);
    total += masses[node] = log - greatest > negligible ? Math.exp(log - greatest) : 0;
  }
  for (let node = 0; node < masses.length; node++) masses[node]! /= total;
  const logNormaliser = strongest < 0.5 ? Math.log1p(excess / prior) : greatest + Math.log(total / prior);
  return { cells, logNormaliser, masses, tilt };
}

/** The cells that hold any mass: those that count while Δ hardly moves. */
export function heavy({ cells, masses }: NodeLaw): readonly Cell[] {
  const each = cells[0]?.logPrior.length ?? 0;
  return cells.filter((_, c) => masses.subarray(c * each, (c + 1) * each).some((mass) => mass > 0));
}

/** Calls `use` for every node with mass: its mass and s, and where its features begin. */
function eachNode(
  { cells, masses, tilt }: NodeLaw,
  size: number,
  use: (mass: number, s: number, features: Float64Array, at: number) => void,
): void {
  const each = cells[0]?.logPrior.length ?? 0;
  for (const [c, { features }] of cells.entries())
    for (let k = 0; k < each; k++) {
      const mass = masses[c * each + k]!;
      if (mass > 0) use(mass, tilt[c * each + k]!, features, k * size);
    }
}

/** Φ = ⟨φφᵀ⟩ and, with the weights s², ⟨φφᵀs²⟩, both [P, P]: 2 P² operations for every node with mass. */
export function secondMoments(law: NodeLaw, size: number): { readonly kernel: Float64Array; readonly tilted: Float64Array } {
  const kernel = new Float64Array(size * size);
  const tilted = new Float64Array(size * size);
  eachNode(law, size, (mass, s, features, at) => {
    for (let p = 0; p < size; p++) {
      const a = mass * features[at + p]!;
      const b = a * s * s;
      for (let q = 0, row = p * size; q <= p; q++) {
        const f = features[at + q]!;
        kernel[row + q]! += a * f;
        tilted[row + q]! += b * f;
      }
    }
  });
  for (let p = 0; p < size; p++)
    for (let q = 0; q < p; q++) {
      kernel[q * size + p] = kernel[p * size + q]!;
      tilted[q * size + p] = tilted[p * size + q]!;
    }
  return { kernel, tilted };
}

/** ⟨φ s⟩ = ΦΔ, [P]. */
export function outputOf(law: NodeLaw, size: number): Float64Array {
  const output = new Float64Array(size);
  eachNode(law, size, (mass, s, features, at) => {
    const weight = mass * s;
    for (let p = 0; p < size; p++) output[p]! += weight * features[at + p]!;
  });
  return output;
}

/** What Γ of a source is made of at Δ. */
export function evaluateSource(cells: readonly Cell[], gamma: number, dual: Float64Array, curved: boolean): Evaluation {
  const size = dual.length;
  const law = nodeLaw(cells, gamma, dual);
  const output = outputOf(law, size);
  // At γ = 0 the limit: ½ΔᵀΦΔ.
  const free = gamma === 0 ? 0.5 * output.reduce((sum, value, p) => sum + value * dual[p]!, 0) : law.logNormaliser / gamma ** 2;
  if (!curved) return { free, output };
  const { kernel, tilted } = secondMoments(law, size);
  const curvature = kernel.map((value, at) => value + gamma * gamma * (tilted[at]! - output[Math.floor(at / size)]! * output[at % size]!));
  return { free, output, curvature };
}
