import { Problem } from '$lib/base/problem';
import type { CellReport, EngineReport, Keeping, SheetWorker } from '$lib/worker/protocol';
import type { MatrixNumbers } from './outcome';

/** There is no GPU adapter: exit status 3. */
export class NoAdapter extends Problem {}

/** What evaluates a sheet: the worker of a page, or a thread of this process. */
export interface Evaluator extends Pick<SheetWorker, 'engine' | 'listen' | 'evaluate' | 'ask' | 'stop' | 'addFile' | 'allow'> {
  /** Absent where points cannot be kept: in a browser. */
  readonly keeping?: Keeping;
  close(): Promise<void>;
}

export interface Evaluation {
  readonly engine: EngineReport;
  /** The last report on each cell. */
  readonly reports: ReadonlyMap<string, CellReport>;
  readonly timedOut: boolean;
  /** It was told to stop and did not end within `grace`: the evaluator cannot be asked anything more. */
  readonly lost: boolean;
  /** In words why the evaluator went down before it was done; nothing more can be asked of it then. */
  readonly failure?: string;
}

export interface EvaluationOptions {
  /** Seconds after which the evaluation is stopped; undefined for no limit. */
  readonly timeout: number | undefined;
  /** Settles when everything is to be stopped early. */
  readonly interrupted?: Promise<unknown>;
  onReports(reports: readonly CellReport[]): void;
}

/** Seconds that an evaluation has to end after it was told to stop. */
const grace = 0.8;

const after = (seconds: number, signal: AbortSignal): Promise<'timeout'> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000, 'timeout');
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  });

/** Evaluates a text to the end, or until the time is up. */
export const evaluate = async (evaluator: Evaluator, text: string, options: EvaluationOptions): Promise<Evaluation> => {
  const reports = new Map<string, CellReport>();
  await evaluator.listen((news) => {
    for (const report of news) reports.set(report.key, report);
    options.onReports(news);
  });
  const { timeout } = options;
  const timers = new AbortController();
  // Asked before the evaluation, during which the evaluator may be too busy to answer.
  const engine = await evaluator.engine();
  try {
    const settled = evaluator.evaluate(text).catch((error: unknown) => {
      // When the evaluator goes down, the reports of finished cells are kept. Any other error is a bug.
      if (error instanceof Problem) return error;
      throw error;
    });
    const ends = [
      ...(timeout === undefined ? [] : [after(timeout, timers.signal)]),
      ...(options.interrupted ? [options.interrupted.then(() => 'stopped' as const)] : []),
    ];
    const first = await Promise.race([settled, ...ends]);
    // Another engine may have taken over meanwhile, and then it has computed everything.
    if (typeof first === 'boolean') return { engine: await evaluator.engine(), reports, timedOut: false, lost: false };
    if (first instanceof Problem) return { engine, reports, timedOut: false, lost: true, failure: first.message };
    const stopped = evaluator.stop().then(
      () => settled,
      () => 'timeout' as const,
    );
    const rest = await Promise.race([stopped, after(grace, timers.signal)]);
    return { engine, reports, timedOut: first === 'timeout', lost: typeof rest !== 'boolean' };
  } finally {
    timers.abort();
  }
};

/** The training blocks of those cells that are kernels. */
export const readMatrices = async (
  evaluator: Evaluator,
  reports: ReadonlyMap<string, CellReport>,
): Promise<Map<string, readonly MatrixNumbers[]>> => {
  const matrices = new Map<string, readonly MatrixNumbers[]>();
  for (const [key, { status }] of reports) {
    if (status !== 'ok') continue;
    const blocks = await evaluator.ask('matrices', key);
    if (blocks.length > 0) matrices.set(key, blocks);
  }
  return matrices;
};
