import { describe, expect, test } from 'vitest';
import { table, type TableParameters } from '$lib/data/table';
import { fileSource, never } from './files';

describe('classes of texts in two files', () => {
  const files = fileSource({ 'a.csv': 'x,y\n1,cat\n0,dog\n2,cow\n', 'b.csv': 'x,y\n1,Cat\n0,bird\n1,cat\n' });
  const two = (parameters: Partial<TableParameters>) =>
    table({ file: 'a.csv', label: 'y', test: 'b.csv', positive: 'cat', ...parameters }, files, never);

  test('those that only the test file has are warned of', async () => {
    const task = await two({});
    expect([...task.testLabels]).toEqual([-1, -1, 1]);
    expect(task.warnings).toContain('b.csv has classes that no row of training has, "Cat", "bird": they count as label -1');
  });

  test('rows that take no part are counted', async () => {
    const task = await two({ negative: 'dog' });
    expect(task.trainLabels.length).toBe(2);
    expect(task.notes).toContain('1 of 3 rows of a.csv are neither positive nor negative: they are left out');
    expect(task.notes).toContain('2 of 3 rows of b.csv are neither positive nor negative: they are left out');
  });

  test('a test file of one class is warned of, without a remedy that does not help', async () => {
    const source = fileSource({ 'a.csv': 'x,y\n1,1\n0,-1\n', 'b.csv': 'x,y\n1,1\n0.9,1\n' });
    const task = await table({ file: 'a.csv', label: 'y', test: 'b.csv' }, source, never);
    expect(task.warnings).toContain('the test set holds one class only, label 1');
  });
});

describe('the note on the scale of inputs', () => {
  const said = async (...rows: readonly string[]): Promise<string> => {
    const source = fileSource({ 'a.csv': `x1,x2,y\n${rows.join('\n')}\n` });
    const { notes, warnings } = await table({ file: 'a.csv', label: 'y' }, source, never);
    return [...(notes ?? []), ...(warnings ?? [])].join('; ');
  };

  test('has the ends of a range to the digits that tell them apart', async () => {
    expect(await said('2001,3,1', '2015,5,-1')).toContain('"x1" 2001 … 2015, "x2" 3 … 5');
    expect(await said('1700000000001,0,1', '1700000000003,1,-1')).toContain('"x1" 1700000000001 … 1700000000003');
  });

  test('is of numbers whose squares over- and underflow too', async () => {
    // x1 and x2 both 0 and s: mean s/2, variance s²/4 each.
    for (const s of ['1e200', '1e-200']) expect(await said(`${s},0,1`, `0,${s},-1`)).toContain('|mean|²/variance 1;');
    expect(await said('1e-200,0,1', '0,1e-200,-1')).toContain('the inputs are small, mean |x|²/D is 0');
    expect(await said('0,0,1', '0,0,-1')).toContain('the inputs are all 0');
  });
});
