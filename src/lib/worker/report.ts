import { show } from '$lib/cells/parameter';
import { kinds } from '$lib/cells/registry';
import { summarise } from '$lib/cells/values';
import { worseFigure } from '$lib/cells/worse-figure';
import { isUsed } from '$lib/cells/compile/chosen-theories';
import type { CompiledCell, Program } from '$lib/cells/compile/program';
import { describeGaps, isGap } from '$lib/graph/gap';
import type { Field, NodeState, Result } from '$lib/graph/kind';
import { warningTexts } from './warnings';
import type { CellReport, FieldValues, GapReport, ParameterReport } from './protocol';

type StateOf = (node: string) => NodeState | undefined;

/**
 * Whether a result is shown only until a finer one is there. What it warns of, few samples above all, may not be true of that one, and would
 * only flash; where the work was stopped there is no other.
 */
export const isPassing = (status: NodeState['status'], { coarse }: Pick<Result, 'coarse'>): boolean => coarse && status !== 'stopped';

/** What is shown of a node: its result, or the last good one while a new one is on its way; nothing while a person must mend something. */
export const resultOf = (state: NodeState | undefined): Result | undefined => {
  if (state === undefined || state.status === 'error' || (state.status === 'waiting' && state.blocked)) return undefined;
  return state.status === 'ok' ? state.result : state.last;
};

/**
 * The named numbers of a field, row-major over its axes; bare when there are none. A name that some points do not have, as kernels of
 * different theories, is there all the same, undefined at those.
 */
const fieldsOf = ({ axes, points }: Field): Record<string, FieldValues> => {
  const summaries = points.map((value) => (isGap(value) ? undefined : new Map(Object.entries(summarise(value).fields))));
  const names = new Set(summaries.flatMap((fields) => [...(fields?.keys() ?? [])]));
  const [first] = summaries;
  if (axes.length === 0) return Object.fromEntries(first ?? []);
  return Object.fromEntries(
    [...names].map((name) => {
      const values = summaries.map((fields) => (fields ? fields.get(name) : null));
      // A list at each point is no field over the axes.
      return [name, values.filter((value) => !Array.isArray(value)) as Exclude<FieldValues, number | string | boolean>];
    }),
  );
};

/** The gaps of a field. */
const gapsOf = ({ points }: Field): { gaps?: GapReport[] } => {
  const gaps = points.flatMap((value, point) => (isGap(value) ? [{ point, reason: value.reason }] : []));
  return gaps.length === 0 ? {} : { gaps };
};

/** All that a cell warns of; that some of its points have no value is said by every cell that it is true of. */
const warningsOf = (key: string, { field: { points }, warnings }: Result): string[] => [
  ...warningTexts(key, warnings),
  ...(points.some(isGap) ? [`no value at ${describeGaps(points)}`] : []),
];

/** Health over all points, the worst of each. */
const healthOf = ({ points }: Field): Record<string, number> => {
  const diagnostics: Record<string, number> = {};
  for (const value of points) {
    for (const [name, figure] of Object.entries(summarise(value).diagnostics ?? {})) {
      const sofar = diagnostics[name];
      diagnostics[name] = sofar === undefined ? figure : worseFigure(name, sofar, figure);
    }
  }
  return diagnostics;
};

/** What is to be known of all points, once each. */
const notesOf = ({ points }: Field): { readonly notes?: readonly string[] } => {
  const notes = [...new Set(points.flatMap((value) => summarise(value).notes ?? []))];
  return notes.length > 0 ? { notes } : {};
};

/** The parameters of the outermost call that its theory uses, and what else is given: the text given, or the default's. */
const parametersOf = (text: string, { kind, given, theories }: CompiledCell): ParameterReport[] =>
  Object.entries(kinds.get(kind)?.parameters ?? {})
    .filter(([name, parameter]) => !parameter.hidden && (given.has(name) || isUsed(parameter, theories)))
    .map(([name, { expected, meaning, fallback, fallbackText, control }]) => {
      const span = given.get(name)?.span;
      const defaultText = fallbackText ?? (fallback === undefined ? undefined : show(fallback));
      return {
        name,
        text: span ? text.slice(span.from, span.to) : (defaultText ?? ''),
        given: span !== undefined,
        ...(defaultText !== undefined && { defaultText }),
        expected,
        meaning,
        ...(control && { control }),
      };
    });

/** What a node has to show before its value is there. */
export const partialOf = (state: NodeState | undefined): unknown =>
  state?.status === 'computing' || state?.status === 'stopped' ? state.partial : undefined;

/** Which version of what is shown a report tells of. */
export interface Versions {
  readonly revision: number;
  readonly live: number;
}

/** The cell a node belongs to. */
export const cellOfNode = (node: string): string => node.split('/')[0] ?? node;

/** Everything the main thread is told of a cell. */
export const reportOf = (
  text: string,
  program: Program,
  compiled: CompiledCell,
  stateOf: StateOf,
  { revision, live }: Versions,
): CellReport => {
  const key = compiled.cell.key;
  const states = compiled.nodes.map((node) => ({ node, state: stateOf(node) }));
  const root = stateOf(compiled.root);
  const failed = states.find(({ state }) => state?.status === 'error');
  const running = states.map(({ state }) => state).find((state) => state?.status === 'computing');
  const stopped = states.map(({ state }) => state).filter((state) => state?.status === 'stopped');
  const asks = stopped.flatMap((state) => state.asks ?? []);
  const result = failed ? undefined : resultOf(root);
  const waitingOn = states
    .flatMap(({ state }) => (state?.status === 'waiting' ? state.on.map(cellOfNode) : []))
    .filter((other) => other !== key);
  const problem = failed?.state?.status === 'error' ? failed.state.problem : undefined;
  const asksHost = problem?.host;
  const status =
    asksHost !== undefined
      ? 'stopped'
      : failed
        ? 'error'
        : running
          ? 'computing'
          : stopped.length > 0
            ? 'stopped'
            : (root?.status ?? 'waiting');
  return {
    key,
    kind: compiled.kind,
    status,
    provisional: result !== undefined && (root?.status !== 'ok' || result.coarse),
    progress: running?.progress ?? 0,
    ...(running?.secondsLeft !== undefined && { secondsLeft: running.secondsLeft }),
    ...(asks.length > 0 && !running && { asks: Math.max(...asks) }),
    ...(asksHost !== undefined && { asksHost }),
    live,
    incomplete: result?.incomplete ?? false,
    milliseconds: Math.round(states.reduce((sum, { state }) => sum + (resultOf(state)?.milliseconds ?? 0), 0)),
    axes: result?.field.axes ?? [],
    fields: result ? fieldsOf(result.field) : {},
    diagnostics: result ? healthOf(result.field) : {},
    warnings: result && !isPassing(status, result) ? warningsOf(key, result) : [],
    ...(result && notesOf(result.field)),
    ...(result && gapsOf(result.field)),
    ...(problem && failed && { problem: { message: problem.message, place: program.placeOf(failed.node, problem) } }),
    waitingOn: status === 'waiting' ? [...new Set(waitingOn)] : [],
    precedents: compiled.precedents,
    parameters: parametersOf(text, compiled),
    revision,
  };
};
