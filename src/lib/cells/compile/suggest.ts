/** Fewest insertions, deletions and replacements that make `a` into `b`. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
};

/** A longer word is hardly a slip of the keyboard. */
const LONGEST = 60;

/** `; did you mean gamma?` when something known is close, else nothing. */
export const suggest = (wrong: string, known: Iterable<string>): string => {
  if (wrong.length > LONGEST) return '';
  let best = '';
  let least = Math.max(1, Math.floor(wrong.length / 3)) + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - wrong.length) >= least) continue;
    const d = distance(wrong.toLowerCase(), candidate.toLowerCase());
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best && `; did you mean ${best}?`;
};
