import { hash, hashText } from './hash';
import type { Gathered } from './gather';
import type { Kind } from './kind';
import type { Entry } from './memory';

/** What a node needs at each of its points, and what of it is remembered. */
export interface Plan {
  /** One a point. */
  readonly keys: readonly string[];
  readonly found: ReadonlyMap<string, Entry>;
  /** What must be computed: key → first point that needs it. */
  readonly missing: ReadonlyMap<string, number>;
  readonly coarse: boolean;
  /** Equal for equal points. */
  readonly signature: string;
}

/**
 * For every point its key, what is remembered, and what is not.
 *
 * @param remembered the value under a key, where there is one
 */
export function plan(kind: Kind, gathered: Gathered, quality: 'coarse' | 'fine', remembered: (key: string) => Entry | undefined): Plan {
  const keys: string[] = [];
  const found = new Map<string, Entry>();
  const missing = new Map<string, number>();
  let coarse = gathered.coarse;
  for (let point = 0; point < gathered.size; point++) {
    // Where an input has a gap nothing is computed; the key still tells one gap from another.
    if (gathered.gap(point)) {
      keys.push(gathered.key(point, 'fine'));
      continue;
    }
    let key = gathered.key(point, 'fine');
    let entry = remembered(key);
    // What is remembered fine is taken in the coarse pass too, point by point.
    if (!entry && kind.graded && quality === 'coarse') {
      key = gathered.key(point, 'coarse');
      entry = remembered(key);
      coarse = true;
    }
    keys.push(key);
    if (entry) found.set(key, entry);
    else if (!missing.has(key)) missing.set(key, point);
  }
  const axes = gathered.axes.map(({ name, values }) => [name, values]);
  return { keys, found, missing, coarse, signature: hashText(`${hash(axes)} ${keys.join(' ')}`) };
}
