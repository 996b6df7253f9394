import type { FlowStep } from './backend';

/**
 * Steps of gradient flow by the Runge–Kutta–Chebyshev scheme of second order (Sommeijer, Shampine and Verwer, J. Comput. Appl. Math. 88,
 * 1998). A gradient flow has a real spectrum; s evaluations of the force reach stiffness · dt of about 0.65 s², against 2 for Euler and for
 * the two evaluations of Heun. The decay −a(θ − c) must bound no step, for a coupling may be of any strength: the whole velocity of a
 * block of parameters is taken times 1/√(1 + (a dt/κ)²). That changes nothing to second order where a dt is small; where it is large the
 * block follows its equilibrium at κ a step instead of faster, and the equilibrium is the same.
 */

const damping = 2 / 13;

interface ChebyshevStage {
  readonly mu: number;
  readonly nu: number;
  readonly forward: number;
  readonly start: number;
}

interface Scheme {
  /** μ̃₁. */
  readonly first: number;
  /** Of the second stage and those after it. */
  readonly later: readonly ChebyshevStage[];
  /** Largest stable stiffness · dt. */
  readonly reach: number;
}

const schemes = new Map<number, Scheme>();

/** The coefficients of the paper in its notation: w₀, w₁, b; `forward` is μ̃ and `start` is γ̃. */
const schemeOf = (stages: number): Scheme => {
  const known = schemes.get(stages);
  if (known) return known;
  const w0 = 1 + damping / stages ** 2;
  const t = [1, w0];
  const slope = [0, 1];
  const bend = [0, 0];
  const of = (list: readonly number[], at: number): number => list[at] ?? NaN;
  for (let j = 2; j <= stages; j++) {
    t.push(2 * w0 * of(t, j - 1) - of(t, j - 2));
    slope.push(2 * of(t, j - 1) + 2 * w0 * of(slope, j - 1) - of(slope, j - 2));
    bend.push(4 * of(slope, j - 1) + 2 * w0 * of(bend, j - 1) - of(bend, j - 2));
  }
  const w1 = of(slope, stages) / of(bend, stages);
  const b = Array.from({ length: stages + 1 }, (_, j) => of(bend, Math.max(2, j)) / of(slope, Math.max(2, j)) ** 2);
  const later = Array.from({ length: stages - 1 }, (_, i): ChebyshevStage => {
    const j = i + 2;
    const forward = (2 * of(b, j) * w1) / of(b, j - 1);
    return {
      mu: (2 * of(b, j) * w0) / of(b, j - 1),
      nu: -of(b, j) / of(b, j - 2),
      forward,
      start: -(1 - of(b, j - 1) * of(t, j - 1)) * forward,
    };
  });
  const scheme = { first: of(b, 1) * w1, later, reach: (w0 + 1) / w1 };
  schemes.set(stages, scheme);
  return scheme;
};

/** Fewest stages of a step: three are better damped than two, and cost less for their reach. */
const fewest = 3;
export const mostStages = 24;

/** κ: by how much a block decays at most in one step, as a power of e. Of an Euler step 1, which more would make overshoot. */
const quickest = 5;

/** How many stages a step needs for forces of this stiffness beside a decay rate; a twentieth is kept in hand. */
export const stagesFor = (dt: number, stiffness: number, decay: number): number => {
  const product = dt * stiffness + Math.min(dt * decay, quickest);
  let stages = fewest;
  while (stages < mostStages && schemeOf(stages).reach < 1.05 * product) stages++;
  return stages;
};

/** The longest stable step for forces of this stiffness, whatever decays. */
export const longestStep = (stiffness: number): number => (schemeOf(mostStages).reach / 1.05 - quickest) / stiffness;

/** Kinds of rows: nothing to do, the first stage of a step, a later one. */
export const rowKind = { idle: 0, first: 1, later: 2 } as const;

/**
 * What one evaluation of the force E does with θ = w or v, of decay rate a about a centre c, in deviations d = θ − c:
 * θ_j = c + A₀ d₀ + A₁ d_{j−1} + A₂ d_{j−2} + G₁ E_{j−1} + G₀ E₀, where 0 is the start of the step.
 */
export interface FlowBlock {
  /** A₀. */
  readonly start: number;
  /** A₁. */
  readonly now: number;
  /** A₂. */
  readonly before: number;
  /** G₁. */
  readonly force: number;
  /** G₀. */
  readonly startForce: number;
}

/** One evaluation of the force: what it does with w and with v. */
export interface FlowStage {
  /** Of `rowKind`. */
  readonly kind: number;
  readonly weights: FlowBlock;
  readonly readout: FlowBlock;
  /** 1/dt at the end of a step, else 0. */
  readonly inverseStep: number;
}

const still: FlowBlock = { start: 1, now: 0, before: 0, force: 0, startForce: 0 };

/** A stage that leaves everything where it is. */
export const idleStage: FlowStage = { kind: rowKind.idle, weights: still, readout: still, inverseStep: 0 };

const blockOf = (dt: number, a: number, kappa: number, first: number, stage: ChebyshevStage | undefined): FlowBlock => {
  // Frozen: as at the start.
  if (a === Infinity) return still;
  const step = dt / Math.hypot(1, (a * dt) / kappa);
  if (!stage) return { ...still, start: 1 - first * step * a, force: first * step };
  return {
    start: 1 - stage.mu - stage.nu - stage.start * step * a,
    now: stage.mu - stage.forward * step * a,
    before: stage.nu,
    force: stage.forward * step,
    startForce: stage.start * step,
  };
};

/** The stages of steps taken one after another, one for each evaluation of the force. One stage is an Euler step. */
export const stagesOf = (steps: readonly FlowStep[], decay: number, delta: number): FlowStage[] =>
  steps.flatMap(({ dt, stages }) => {
    const { first, later } = stages === 1 ? { first: 1, later: [] } : schemeOf(stages);
    const kappa = stages === 1 ? 1 : quickest;
    return [undefined, ...later].map((stage, j) => ({
      kind: stage ? rowKind.later : rowKind.first,
      weights: blockOf(dt, decay + delta, kappa, first, stage),
      readout: blockOf(dt, decay, kappa, first, stage),
      inverseStep: j === later.length ? 1 / dt : 0,
    }));
  });

/** The same as rows of numbers: the kind; A₀, A₁, A₂, G₁, G₀ of w, then of v; 1/dt at the end of a step, else 0. */
export const rowsOf = (steps: readonly FlowStep[], decay: number, delta: number): (readonly number[])[] =>
  stagesOf(steps, decay, delta).map(({ kind, weights, readout, inverseStep }) => [
    kind,
    ...numbersOf(weights),
    ...numbersOf(readout),
    inverseStep,
  ]);

const numbersOf = ({ start, now, before, force, startForce }: FlowBlock): readonly number[] => [start, now, before, force, startForce];

/** Where decay and coupling together pull to, as a multiple of w̄; of no consequence, and so 0, where the weights are frozen. */
export const centreOf = (decay: number, delta: number): number =>
  delta === Infinity ? 0 : decay + delta === 0 ? 1 : delta / (decay + delta);
