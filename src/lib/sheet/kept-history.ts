import { bounded, type History } from './history';

/** What makes one text of another: the part `from`…`to` of it becomes `insert`. */
type Edit = readonly [from: number, to: number, insert: string];

function editBetween(before: string, after: string): Edit {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end += 1;
  return [start, before.length - end, after.slice(start, after.length - end)];
}

/** An edit with the texts it leads from and to. */
interface Step {
  readonly from: string;
  readonly to: string;
  readonly edit: Edit;
}

/**
 * Makes what writes a history as text that survives a reload: the present text, and of the others, going away from it, only where each differs
 * from the one before, so that a step costs what was edited, not the sheet. What was written last time is remembered. The gesture is not
 * written: after a reload a new one begins.
 */
export function historyWriter(): (history: History) => string {
  let known = new Map<string, Step>();
  return ({ past, present, future, linked }) => {
    const next = new Map<string, Step>();
    const chain = (texts: readonly string[]): Edit[] => {
      let from = present;
      return [...texts].reverse().map((to) => {
        const old = known.get(to);
        const step = old?.from === from ? old : { from, to, edit: editBetween(from, to) };
        next.set(to, step);
        from = to;
        return step.edit;
      });
    };
    const written = JSON.stringify({ version: 2, present, past: chain(past), future: chain(future), ...(linked && { linked }) });
    known = next;
    return written;
  };
}

/** The history in what a `historyWriter` wrote, or nothing when it is something else; never throws. */
export function readHistory(written: string): History | undefined {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, past, present, future, linked } = value as Record<string, unknown>;
  if (typeof present !== 'string') return undefined;
  const texts = (kept: unknown): string[] | undefined =>
    version === 1 ? plain(kept) : version === 2 ? followed(present, kept) : undefined;
  const [before, after] = [texts(past), texts(future)];
  if (!before || !after) return undefined;
  return {
    past: bounded(before, present.length),
    present,
    future: bounded(after, present.length),
    gesture: undefined,
    ...(linked === true && { linked }),
  };
}

/** The first version wrote every text as it is. */
const plain = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((text) => typeof text === 'string') ? value : undefined;

/** The texts that a chain of edits leads to, the farthest first. */
function followed(present: string, edits: unknown): string[] | undefined {
  if (!Array.isArray(edits)) return undefined;
  const texts: string[] = [];
  let text = present;
  for (const edit of edits as readonly unknown[]) {
    if (!isEdit(edit) || edit[1] > text.length) return undefined;
    text = text.slice(0, edit[0]) + edit[2] + text.slice(edit[1]);
    texts.push(text);
    if (bounded(texts, present.length).length < texts.length) break;
  }
  return texts.reverse();
}

const isEdit = (value: unknown): value is Edit => {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [from, to, insert] = value as readonly unknown[];
  return (
    Number.isInteger(from) &&
    Number.isInteger(to) &&
    (from as number) >= 0 &&
    (from as number) <= (to as number) &&
    typeof insert === 'string'
  );
};
