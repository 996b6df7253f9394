import type { Backend, Matrix } from '$lib/backend/backend';
import { evaluationOf, evaluationParts, matricesOf, type Evaluation, type Posterior } from '$lib/theory/networks/posterior';
import type { Stopped } from '$lib/theory/networks/stopped';
import { Owned } from '$lib/theory/owned';

/** Tenths of a second that an evaluation may take before a stop is heard. */
const evaluatedAtOnce = 4;

/** Networks that are evaluated at once: as many as do not take long. */
const networksAtOnce = (backend: Backend, { inputs }: Posterior, hidden: readonly Matrix[]): number => {
  const examples = inputs.rows;
  // φ and the gradient of each layer and the way back, φᵀφ and φM, and what is done with [P, P].
  const layers = hidden.reduce((sum, { rows, columns }, layer) => sum + rows * examples * ((layer === 0 ? 4 : 6) * columns + 30), 0);
  const each = layers + hidden.at(-1)!.rows * examples * (4 * examples + 10) + 2 * examples ** 3;
  return Math.max(1, Math.floor((evaluatedAtOnce * backend.workLimit) / each));
};

/** The posterior of networks first … first + count − 1. */
const sliced = (backend: Backend, owned: Owned, posterior: Posterior, first: number, count: number): Posterior => {
  const some = (matrix: Matrix): Matrix => owned.keep(matrix.batch === 1 ? backend.slice(matrix, 0) : backend.slice(matrix, first, count));
  const { activation, inputs, labels, temperatures, scales } = posterior;
  const end = first + count;
  return {
    activation,
    inputs: some(inputs),
    labels: some(labels),
    temperatures: temperatures.slice(first, end),
    scales: scales.slice(first, end),
  };
};

/** The same, or undefined where it was stopped. Where it is much work, some networks at a time. */
export const evaluateUnless = async (
  stopped: Stopped,
  backend: Backend,
  posterior: Posterior,
  hidden: readonly Matrix[],
): Promise<Evaluation | undefined> => {
  const { batch } = hidden[0]!;
  const most = networksAtOnce(backend, posterior, hidden);
  if (batch <= most) return evaluatePartsUnless(stopped, backend, posterior, hidden);
  using made = new Owned();
  let whole: Evaluation | undefined;
  for (let first = 0; first < batch; first += most) {
    const count = Math.min(most, batch - first);
    using owned = new Owned();
    const some = hidden.map((weights) => owned.keep(backend.slice(weights, first, count)));
    using found = await evaluatePartsUnless(stopped, backend, sliced(backend, owned, posterior, first, count), some);
    if (!found) return undefined;
    const room = ({ rows, columns }: Matrix): Matrix => made.keep(backend.zeros({ batch, rows, columns }));
    whole ??= evaluationOf({
      values: room(found.values),
      inverse: room(found.inverse),
      dual: room(found.dual),
      gradients: found.gradients.map(room),
      energy: room(found.energy),
    });
    const into = matricesOf(whole);
    matricesOf(found).forEach((matrix, index) => {
      backend.copy(matrix, into[index]!, first);
    });
    await backend.yieldToDevice();
  }
  made.handOver();
  return whole;
};

const evaluatePartsUnless = async (
  stopped: Stopped,
  backend: Backend,
  posterior: Posterior,
  hidden: readonly Matrix[],
): Promise<Evaluation | undefined> => {
  const running = evaluationParts(backend, posterior, hidden);
  // Left on the way, it gives back what it made.
  for (;;) {
    const next = running.next();
    if (next.done) return next.value;
    if (!(await stopped())) continue;
    running.return(undefined as never);
    return undefined;
  }
};
