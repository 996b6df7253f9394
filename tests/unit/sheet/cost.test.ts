import { expect, test } from 'vitest';
import { atOnce } from '$lib/base/steps';
import { compile, compiling } from '$lib/cells/compile/compile';
import { kinds } from '$lib/cells/registry';
import { diagnose, diagnosing } from '$lib/graph/diagnose';
import type { Registry } from '$lib/graph/kind';
import { cycles } from '$lib/graph/order';
import { Occupied } from '$lib/sheet/occupied';
import { parse, readAhead } from '$lib/sheet/parse';
import { precedentsOf, relateAhead } from '$lib/sheet/references';
import { decodeShare, decodingShare, encodeShare } from '$lib/sheet/share';
import { Filling, place, placeAhead } from '$lib/ui/grid/placement';

const rows = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n');

test('cells without an address take the first free places, looking at few', () => {
  const filling = new Filling(3, 4);
  const areas = Array.from({ length: 10_000 }, (_, i) => filling.take(i % 7 === 0 ? { columns: 3, rows: 3 } : { columns: 1, rows: 1 }));
  expect(areas.slice(0, 4).map(({ column, row }) => [column, row])).toEqual([
    [0, 3],
    [3, 3],
    [3, 4],
    [3, 5],
  ]);
  const squares = areas.flatMap(({ column, row, lastColumn, lastRow }) =>
    Array.from(
      { length: (lastColumn - column + 1) * (lastRow - row + 1) },
      (_, i) => `${column + (i % (lastColumn - column + 1))} ${row + Math.floor(i / (lastColumn - column + 1))}`,
    ),
  );
  expect(new Set(squares).size).toBe(squares.length);
  expect(filling.looked).toBeLessThan(10 * areas.length);
});

test('a sheet of 10,000 cells is read ahead in short steps, and parsed the same as at once', () => {
  const texts = [
    rows(10_000, (i) => `c${i} = ${i === 0 ? 1 : `c${i - 1} + 1`}`),
    `# Title\n# columns: A 100\n${rows(1200, (i) => (i % 3 === 0 ? '= (' : i % 3 === 1 ? `note "Text ${i}"` : `c @A${i} = nothing(${i}`))}`,
    rows(3050, (i) => (i % 4 === 0 ? '' : `c${i % 9000} = c${i} * 2`)),
  ];
  const wholes = texts.map((text) => JSON.stringify(parse(text)));
  for (const [index, text] of texts.entries()) {
    // Other texts take the place of what was kept of this one.
    for (const other of ['a = 1', 'b = 2']) parse(`${other}\n${text}`);
    const steps = [...readAhead(text)].length;
    expect(steps).toBeGreaterThanOrEqual(Math.floor(Math.min(10_001, text.split('\n').length) / 32));
    const sheet = parse(text);
    expect(JSON.stringify(sheet)).toBe(wholes[index]);
    // It is kept, and neither read again nor taken for another text.
    expect(parse(text)).toBe(sheet);
    expect([...readAhead(text)]).toHaveLength(0);
    expect(parse(`x = 1\n${text}`).cells).toHaveLength(Math.min(10_001, sheet.cells.length + 1));
  }
});

test('where the cells of a long sheet stand, what they take and what a link holds are found in short steps, the same as at once', () => {
  const text = rows(10_000, (i) =>
    i % 5 === 0 ? `p${i} @${String.fromCharCode(65 + (i % 20))}${i + 1} = ${i}` : `c${i} = p${i - (i % 5)} + ${i}`,
  );
  const sheet = parse(text);
  const again: typeof sheet = { ...sheet, cells: [...sheet.cells] };
  const [placed, related] = [place(sheet.cells), precedentsOf(sheet)];
  expect([...placeAhead(again.cells)].length).toBeGreaterThan(70);
  expect([...relateAhead(again)].length).toBeGreaterThan(70);
  expect(place(again.cells)).toEqual(placed);
  expect([...precedentsOf(again)]).toEqual([...related]);
  expect(related.get('c7')).toEqual(['p5']);
  // To the next asking nothing is left to do.
  expect(place(again.cells)).toBe(place(again.cells));
  expect([...placeAhead(again.cells), ...relateAhead(again)]).toHaveLength(0);
  const link = encodeShare(text);
  expect([...decodingShare(link)].length).toBeGreaterThan(Math.floor(link.length / 1024));
  expect(decodeShare(link)).toBe(text);
});

test('a long sheet is compiled and read by the graph in short steps, the same as at once', () => {
  const text = rows(3200, (i) => (i === 0 ? 'c0 = 1' : i % 3 === 0 ? `c${i} = c${i - 1} + nothing` : `c${i} = c${i - 1} * 2 + 1`));
  const sheet = parse(text);
  const whole = compile(sheet, kinds);
  const steps = compiling(sheet, kinds);
  let count = 0;
  let next = steps.next();
  for (; !next.done; next = steps.next()) count += 1;
  expect(count).toBeGreaterThanOrEqual(100);
  expect(next.value.nodes).toEqual(whole.nodes);
  const registry: Registry = new Map();
  expect([...diagnosing(whole.nodes, registry)].length).toBeGreaterThan(100);
  expect(atOnce(diagnosing(whole.nodes, registry))).toEqual(diagnose(whole.nodes, registry));
});

test('placing keeps the order of a sheet, and addressed cells where they are', () => {
  const placed = place(parse('a @B2 = 1\nb = 2\nc @B2 = 3\nd = plot(a)\ne = 4').cells);
  expect(placed.map(({ area: { column, row } }) => [column, row])).toEqual([
    [1, 1],
    [0, 2],
    [1, 2],
    [0, 3],
    [2, 2],
  ]);
});

test.each([
  ['each at its own place', (i: number) => `a${i} @${String.fromCharCode(65 + (i % 20))}${Math.floor(i / 20) + 1} = 1`],
  ['in one long row', (i: number) => `a${i} @A${(i % 9999) + 1} = 1`],
])('addresses of ten thousand cells are compared with their neighbours only: %s', (_, line) => {
  const occupied = new Occupied<string>();
  const { cells } = parse(rows(9999, line));
  for (const cell of cells) {
    expect(occupied.under(cell.area!)).toBeUndefined();
    occupied.add(cell.area!, cell.key);
  }
  expect(occupied.compared).toBeLessThan(600 * cells.length);
});

test('the first of the cells that lie under an area is found, however large they are', () => {
  const occupied = new Occupied<string>();
  const area = (column: number, row: number, lastColumn = column, lastRow = row) => ({ column, row, lastColumn, lastRow });
  occupied.add(area(5, 5), 'small');
  occupied.add(area(0, 0, 600, 9000), 'large');
  occupied.add(area(700, 9998), 'corner');
  expect(occupied.under(area(5, 5))).toBe('small');
  expect(occupied.under(area(6, 6))).toBe('large');
  expect(occupied.under(area(0, 0, 701, 9998))).toBe('small');
  expect(occupied.under(area(690, 9990, 701, 9998))).toBe('corner');
  expect(occupied.under(area(650, 5))).toBeUndefined();
});

test('nodes on a cycle of ten thousand share one way, and those behind it are not on it', () => {
  const count = 10_000;
  const edges = new Map(Array.from({ length: count }, (_, i) => [`n${i}`, [`n${(i + 1) % count}`]] as const));
  edges.set('behind' as `n${number}`, ['n0']);
  edges.set('self' as `n${number}`, ['self' as `n${number}`]);
  const found = cycles(edges);
  expect(found.size).toBe(count + 1);
  expect(new Set([...found.values()]).size).toBe(2);
  expect(found.get('self')).toEqual(['self', 'self']);
  expect(found.has('behind')).toBe(false);
});

test('of few nodes on entangled cycles each has its own shortest one', () => {
  const edges = new Map([
    ['a', ['b', 'c']],
    ['b', ['a']],
    ['c', ['d']],
    ['d', ['a']],
    ['e', ['a', 'f']],
    ['f', []],
  ]);
  const found = cycles(edges);
  expect(found.get('b')).toEqual(['b', 'a', 'b']);
  expect(found.get('d')).toEqual(['d', 'a', 'c', 'd']);
  expect([...found.keys()].sort()).toEqual(['a', 'b', 'c', 'd']);
});
