import { CsvReader, type CsvRecord } from '$lib/data/csv';

/** All records of a text. */
export const readCsv = (text: string, name: string): CsvRecord[] => {
  const records: CsvRecord[] = [];
  const reader = new CsvReader(name, ',', (record) => records.push(record));
  reader.push(text);
  reader.end();
  return records;
};
