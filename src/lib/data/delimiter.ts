/** What stands between the values of a record; a space stands for any run of spaces and tabs. */
export const delimiters = [',', ';', '\t', '|', ' '] as const;
export type Delimiter = (typeof delimiters)[number];

export const delimiterNames: Readonly<Record<Delimiter, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'bar',
  ' ': 'space',
};

const SAMPLE = 20;

/** The first lines of a text, quoted values taken out, without the last one where it may be cut. */
const sampleLines = (text: string): string[] => {
  const lines = text
    .replace(/"(?:[^"]|"")*"/g, 'q')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '');
  return (lines.length > 1 ? lines.slice(0, -1) : lines).slice(0, SAMPLE);
};

const fieldsOf = (line: string, delimiter: Delimiter): number =>
  delimiter === ' ' ? line.trim().split(/[ \t]+/).length : line.split(delimiter).length;

/**
 * The delimiter of a file from its beginning: the one that the header has and that gives every line as many values; of several, the one
 * with most values, a comma before others. A space counts only where nothing else parts the header.
 */
export const findDelimiter = (beginning: string): Delimiter => {
  const lines = sampleLines(beginning);
  const counts = delimiters.map((delimiter) => ({ delimiter, fields: lines.map((line) => fieldsOf(line, delimiter)) }));
  const parting = counts.filter(({ fields }) => (fields[0] ?? 1) > 1);
  const even = parting.filter(({ fields }) => fields.every((count) => count === fields[0]));
  const marks = (list: typeof counts): typeof counts => list.filter(({ delimiter }) => delimiter !== ' ');
  const candidates = [marks(even), marks(parting), even].find((list) => list.length > 0) ?? [];
  return (
    candidates.reduce<(typeof counts)[number] | undefined>(
      (best, each) => (best && (best.fields[0] ?? 0) >= (each.fields[0] ?? 0) ? best : each),
      undefined,
    )?.delimiter ?? ','
  );
};
