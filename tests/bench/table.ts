import type { Figure, Measured, Report, Timing } from './bench';
import type { Versions } from './versions';

/** Columns aligned: the first to the left, numbers to the right. */
const aligned = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const short = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

const row = (task: Measured, timing: Timing, base: number, peak: number | undefined): string[] => {
  const speed = task.operations === undefined ? undefined : task.operations / timing.median / 1e6;
  const who = timing.label === undefined ? timing.peer : `${timing.peer}, ${timing.label}`;
  if (timing.failure !== undefined) return [task.name, who, 'failed', '', '', '', '', ...(peak === undefined ? [] : [''])];
  return [
    task.name,
    who,
    short(timing.median),
    short(timing.median / base),
    speed === undefined ? '' : short(speed),
    short(timing.first),
    timing.dispatches === undefined ? '' : String(timing.dispatches),
    ...(peak === undefined || speed === undefined ? [] : [`${short(speed / peak / 10)} %`]),
  ];
};

const goal = ({ atLeast, atMost, value }: Figure): string => {
  const met = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
  const wanted = [atLeast === undefined ? '' : `≥ ${short(atLeast)}`, atMost === undefined ? '' : `≤ ${short(atMost)}`]
    .filter(Boolean)
    .join(', ');
  return wanted === '' ? '' : `${wanted}  ${met ? 'met' : 'MISSED'}`;
};

/** The report in words for a terminal. `peak` in TFLOP/s. */
export function tableOf(report: Report, versions: Versions, peak?: number): string {
  const heads = [
    'case',
    'contestant',
    'median ms',
    '× ours',
    'GFLOP/s',
    'first ms',
    'dispatches',
    ...(peak === undefined ? [] : ['of peak']),
  ];
  const rows = report.cases.flatMap((task) => {
    const base = task.timings.find(({ peer, label }) => peer === 'ours' && label === undefined)?.median ?? NaN;
    return task.timings.map((timing) => row(task, timing, base, peak));
  });
  const failures = report.cases.flatMap(({ name, timings }) =>
    timings.flatMap(({ failure, peer }) => (failure === undefined ? [] : [`${name}, ${peer}: ${failure}`])),
  );
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `adapter ${report.adapter}${report.software ? ' (software: no GPU)' : ''}; ${named.join(', ')}; medians of ${report.repetitions}`,
    '',
    aligned([heads, ...rows]),
    ...(failures.length > 0 ? ['', ...failures] : []),
    ...(report.figures.length > 0 ? ['', aligned(report.figures.map((figure) => [figure.name, short(figure.value), goal(figure)]))] : []),
  ].join('\n');
}
