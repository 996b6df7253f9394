import type { PointRecord } from '$lib/worker/protocol';
import type { Workbook } from './workbook.svelte';

/** What `kernelsheet sweep gather --json` writes, as far as a page wants it. */
interface Results {
  readonly engine: { readonly backend: string; readonly adapter: string };
  readonly points: readonly PointRecord[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const isRecord = (value: unknown): value is PointRecord =>
  isObject(value) && ['key', 'node', 'kind'].every((name) => typeof value[name] === 'string') && value['value'] !== undefined;

/** Results with their points; undefined for any other text. */
export const readResults = (text: string): Results | undefined => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(json) || json['version'] !== 1 || !isObject(json['cells']) || !isObject(json['engine'])) return undefined;
  const { engine, points } = json;
  const name = (what: unknown): string => (typeof what === 'string' ? what : '?');
  const there: readonly unknown[] = Array.isArray(points) ? points : [];
  return { engine: { backend: name(engine['backend']), adapter: name(engine['adapter']) }, points: there.filter(isRecord) };
};

/** Fills the cells that results cover: by the hash of all that a point depends on, so that only what is still the same is filled. */
export const takeResults = async (workbook: Workbook, file: string, { engine, points }: Results): Promise<void> => {
  const { backend, adapter } = engine;
  if (points.length === 0) {
    workbook.notice = { text: `${file}: has no points to fill cells with; kernelsheet sweep gather --json writes them`, tone: 'bad' };
    return;
  }
  workbook.notice = {
    text: `${file}: ${points.length} points, computed on ${backend} (${adapter}), are used where they fit`,
    tone: 'good',
  };
  const used = await workbook.engine.recall(points);
  const text =
    used === 0
      ? `${file}: none of its ${points.length} points fits this sheet as it is now; it is computed here`
      : used < points.length
        ? `${file}: ${used} of its ${points.length} points fit, computed on ${backend} (${adapter}); what has changed is computed here`
        : `${file}: all of its ${points.length} points are used, computed on ${backend} (${adapter})`;
  workbook.notice = { text, tone: used === 0 ? 'bad' : 'good' };
};
