/**
 * Stands for a value that was computed elsewhere and was not brought along, a kernel, say: only what was said of it is here.
 * Where the value itself is wanted it is computed after all (`Kind.standIns`).
 */
export class StandIn {
  readonly type = 'stand-in';

  /**
   * @param key of the point that it is
   * @param of what it stands for
   * @param summary what is known of it
   * @param mark how it is drawn, where that was said
   */
  constructor(
    readonly key: string,
    readonly of: string,
    readonly summary: unknown,
    readonly mark?: 'line' | 'points',
  ) {}
}

/** Whether a value, or some part of a list or of a field, is a stand-in. */
export const hasStandIn = (value: unknown): boolean => {
  if (value instanceof StandIn) return true;
  if (Array.isArray(value)) return value.some(hasStandIn);
  return typeof value === 'object' && value !== null && 'points' in value && Array.isArray(value.points) && value.points.some(hasStandIn);
};

const prefix = 'recalled ';

/** Under what the memory holds what came from an archive: beside, never in the place of, what is computed. */
export const recalledKey = (key: string): string => `${prefix}${key}`;

/** The key of a point, of an entry that may have come from an archive. */
export const pointKey = (entryKey: string): string => (entryKey.startsWith(prefix) ? entryKey.slice(prefix.length) : entryKey);
