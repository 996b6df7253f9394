import type { Backend, Matrix, Shape } from '$lib/backend/backend';
import { createReferenceBackend } from '$lib/backend/reference/reference';
import { createWebGpuBackend, type WebGpuBackend } from '$lib/backend/webgpu/backend';
import { Problem } from '$lib/base/problem';
import type { Operation, Step } from '../harness/step';
import { sharedGpu } from '../harness/shared-device';
import { numbers } from '../harness/suite';

/** A matrix on both backends, and a bound on the size of its entries: errors are measured by it, so that cancellation is none. */
interface Twin {
  readonly gpu: Matrix;
  readonly exact: Matrix;
  readonly scale: number;
}

const activations = ['erf', 'relu', 'linear'] as const;

/** Performs the same operations on both backends. Operands are taken from what there is; what does not fit is made to measure. */
class Machine {
  readonly twins: Twin[] = [];

  constructor(
    readonly gpu: Backend,
    readonly exact: Backend,
  ) {}

  perform(step: Step): void {
    const [a, batch] = this.#any(step);
    this.#operations[step.operation](step, a, batch);
    // What is not used any more gives its buffer to what comes next.
    while (this.twins.length > 12) dispose(this.twins.splice(step.j % this.twins.length, 1)[0]!);
  }

  readonly #operations: Record<Operation, (step: Step, a: Twin, batch: number) => void> = {
    upload: (step) => this.#upload({ batch: [1, 2, 5][step.k % 3]!, rows: 1 + (step.i % 40), columns: 1 + (step.j % 40) }, step.j),
    product: (step, a, batch) => {
      const [transposeA, transposeB] = [step.k % 2 === 1, step.k % 4 >= 2];
      const inner = transposeA ? a.gpu.rows : a.gpu.columns;
      const rows = transposeA ? a.gpu.columns : a.gpu.rows;
      const columns = 1 + (step.j % 35);
      const b = this.#shaped({ batch, ...(transposeB ? { rows: columns, columns: inner } : { rows: inner, columns }) }, step);
      const options = { transposeA, transposeB, alpha: 1 / inner };
      if (step.i % 3 > 0) {
        this.#make(a.scale * b.scale, (on, of) => on.product(of(a), of(b), options));
        return;
      }
      // A new one: the reference, unlike webgpu, does not write on what shares storage with a factor.
      this.#upload({ batch: Math.max(a.gpu.batch, b.gpu.batch), rows, columns }, step.i);
      const c = this.twins.at(-1)!;
      this.#replace(c, a.scale * b.scale + c.scale, (on, of) => on.product(of(a), of(b), { ...options, beta: step.x, into: of(c) }));
    },
    gram: (step, a, batch) => {
      const z = this.#shaped({ batch, rows: 1 + (step.j % 35), columns: a.gpu.columns }, step);
      if (step.k % 2 === 0) this.#make(a.scale ** 2, (on, of) => on.gram(of(a)));
      else this.#make(a.scale * z.scale, (on, of) => on.gram(of(a), of(z)));
    },
    kernelGram: (step, a, batch) => {
      const z = this.#shaped({ batch, rows: 1 + (step.j % 35), columns: a.gpu.columns }, step);
      const activation = activations[step.i % 3]!;
      const scales = { covariance: step.k % 3 === 0 ? 1 : 0.4, rows: 1, columns: 1 };
      if (step.k % 2 === 0) this.#make(1 + a.scale ** 2, (on, of) => on.kernelGram(activation, of(a), undefined, scales));
      else this.#make(1 + a.scale * z.scale, (on, of) => on.kernelGram(activation, of(a), of(z), scales));
    },
    combine: (step, a, batch) => {
      const b = this.#shaped({ ...sizeOf(a), batch }, step);
      const list = Array.from({ length: Math.max(a.gpu.batch, b.gpu.batch) }, (_, i) => step.x - 0.1 * i);
      const scale = a.scale + 2 * b.scale;
      this.#make(scale, (on, of) =>
        on.combine([
          [step.x, of(a)],
          [step.k % 2 ? list : -0.7, of(b)],
        ]),
      );
    },
    hadamard: (step, a, batch) => {
      const b = this.#shaped({ ...sizeOf(a), batch }, step);
      this.#make(a.scale * b.scale, (on, of) => on.hadamard(of(a), of(b)));
    },
    transpose: (_, a) => this.#make(a.scale, (on, of) => on.transpose(of(a))),
    diagonal: (_, a) =>
      this.#make(a.scale ** 2 + 1, (on, of) => {
        using square = on.gram(of(a));
        using more = on.addDiagonal(square, 0.5);
        return on.diagonal(more);
      }),
    rowSums: (_, a) => this.#make(a.scale * a.gpu.columns, (on, of) => on.rowSums(of(a))),
    rowExtremes: (_, a) => this.#make(a.scale, (on, of) => on.rowExtremes(of(a))),
    dot: (step, a, batch) => {
      const b = this.#shaped({ ...sizeOf(a), batch }, step);
      this.#make(a.scale * b.scale * a.gpu.rows * a.gpu.columns, (on, of) => on.dot(of(a), of(b)));
    },
    reorder: (_, a) =>
      this.#make(a.scale ** 2, (on, of) => {
        using square = on.gram(of(a));
        const n = a.gpu.rows;
        return on.reorder(
          square,
          Uint32Array.from({ length: n }, (__, i) => n - 1 - i),
        );
      }),
    slice: (step, a) => this.#make(a.scale, (on, of) => on.slice(of(a), step.j % a.gpu.batch)),
    reshape: (_, a) =>
      this.#make(a.scale, (on, of) => on.reshape(of(a), { batch: 1, rows: a.gpu.columns, columns: a.gpu.rows * a.gpu.batch })),
    copy: (step, a) => {
      const [gpu, exact] = [this.gpu, this.exact].map((on) =>
        on.zeros({ batch: a.gpu.batch + 2, rows: a.gpu.rows, columns: a.gpu.columns }),
      );
      this.gpu.copy(a.gpu, gpu!, step.k % 3);
      this.exact.copy(a.exact, exact!, step.k % 3);
      this.twins.push({ gpu: gpu!, exact: exact!, scale: a.scale });
    },
    normal: (step) =>
      this.#make(6, (on) => on.normal({ batch: 2, rows: 1 + (step.i % 20), columns: 7 }, { seed: step.j, stream: 3, step: step.k })),
    features: (step, a, batch) => {
      const x = this.#shaped({ batch, rows: 1 + (step.j % 20), columns: a.gpu.columns }, step);
      const scale = 1 + a.scale * x.scale * Math.sqrt(a.gpu.columns);
      this.#make(scale, (on, of) => on.features(activations[step.k % 3]!, of(a), of(x)).values);
    },
    system: (step, a, batch) => {
      // A = X Xᵀ/D + (1 + |X|²) I: condition below n + 1.
      const n = a.gpu.rows;
      const shift = 1 + a.scale ** 2;
      const b = this.#shaped({ batch, rows: n, columns: 1 + (step.j % 9) }, step);
      const scales = [b.scale * n, b.scale * n, 2, n * (4 + Math.log(shift * n)), Math.sqrt((n + 1) * shift)];
      this.#make(scales[step.k % 5]!, (on, of) => {
        using square = on.gram(of(a));
        using system = on.addDiagonal(square, shift);
        using factor = on.cholesky(system);
        if (step.k % 5 === 0) return on.solve(factor, of(b));
        if (step.k % 5 === 1) return on.solveLower(factor, of(b), step.i % 2 === 0);
        if (step.k % 5 === 2) return on.inverse(factor);
        if (step.k % 5 === 3) return on.logDeterminant(factor);
        return on.slice(factor.lower, 0, factor.lower.batch);
      });
    },
  };

  /** Any matrix there is, and a batch that fits it. */
  #any(step: Step): [Twin, number] {
    if (this.twins.length === 0) this.#upload({ batch: 2, rows: 5, columns: 7 }, 1);
    const twin = this.twins[step.i % this.twins.length]!;
    return [twin, twin.gpu.batch === 1 ? [1, 3][step.j % 2]! : [1, twin.gpu.batch][step.j % 2]!];
  }

  /** One of this shape, known or new. */
  #shaped(shape: Shape, step: Step): Twin {
    const known = this.twins.find(
      ({ gpu }) => gpu.rows === shape.rows && gpu.columns === shape.columns && gpu.batch === (shape.batch ?? 1),
    );
    if (known) return known;
    this.#upload(shape, step.i + 1);
    return this.twins.at(-1)!;
  }

  #upload(shape: Shape, seed: number): void {
    const data = numbers((shape.batch ?? 1) * shape.rows * shape.columns, seed);
    this.#make(1, (on) => on.upload(shape, data));
  }

  #make(scale: number, work: (on: Backend, of: (twin: Twin) => Matrix) => Matrix): void {
    const gpu = work(this.gpu, (twin) => twin.gpu);
    const exact = work(this.exact, (twin) => twin.exact);
    this.twins.push({ gpu, exact, scale });
    // Numbers that grow beyond use are left behind.
    if (scale > 1e4) dispose(this.twins.pop()!);
  }

  /** The same where `target` is written in place. */
  #replace(target: Twin, scale: number, work: (on: Backend, of: (twin: Twin) => Matrix) => void): void {
    work(this.gpu, (twin) => twin.gpu);
    work(this.exact, (twin) => twin.exact);
    this.twins.splice(this.twins.indexOf(target), 1, { ...target, scale });
  }
}

const sizeOf = ({ gpu }: Twin): Shape => ({ rows: gpu.rows, columns: gpu.columns });

const dispose = ({ gpu, exact }: Twin): void => {
  gpu[Symbol.dispose]();
  exact[Symbol.dispose]();
};

/** One backend for all sequences of a page: its buffers are then used again and again, as in the product. */
let made: Promise<WebGpuBackend | Problem> | undefined;

export interface Outcome {
  /** Largest error of any matrix at the end, in units of its scale. */
  readonly error: number;
  readonly where: string;
  /** Live bytes before, most of them on the way, and after. */
  readonly bytes: readonly [before: number, most: number, after: number];
  readonly faults: readonly string[];
}

/** Performs a sequence of operations without reading anything, then reads everything that is left and compares. */
export const sequence = async (given: unknown): Promise<Outcome> => {
  const backend = await (made ??= createWebGpuBackend({ gpu: sharedGpu }));
  if (backend instanceof Problem) throw backend;
  const scopes = ['validation', 'out-of-memory', 'internal'] as const;
  for (const scope of scopes) backend.device.pushErrorScope(scope);
  using resident = backend.zeros({ rows: 3, columns: 5 });
  const before = backend.liveBytes;
  let most = before;
  const machine = new Machine(backend, createReferenceBackend());
  for (const step of given as readonly Step[]) {
    machine.perform(step);
    most = Math.max(most, backend.liveBytes);
  }
  let error = 0;
  let where = '';
  for (const { gpu, exact, scale } of machine.twins) {
    const [found, wanted] = [await backend.read(gpu), await machine.exact.read(exact)];
    found.forEach((value, i) => {
      const distance = Math.abs(value - wanted[i]!) / scale;
      if (!(distance <= error)) {
        error = distance;
        where = `[${gpu.batch}, ${gpu.rows}, ${gpu.columns}] entry ${i}: ${value} for ${wanted[i]}`;
      }
    });
  }
  machine.twins.forEach(dispose);
  const after = backend.liveBytes;
  const faults = await Promise.all(scopes.map(() => backend.device.popErrorScope()));
  resident[Symbol.dispose]();
  return { error, where, bytes: [before, most, after], faults: faults.flatMap((fault) => (fault ? [fault.message] : [])) };
};
