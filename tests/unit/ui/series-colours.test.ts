import { describe, expect, it } from 'vitest';
import { seriesColours } from '../../../src/lib/ui/views/series-colours';

const line = (group?: string) => ({ name: '', x: [], y: [], mark: 'line' as const, ...(group !== undefined && { group }) });
const points = (group?: string) => ({ ...line(group), mark: 'points' as const });
const colours = (...all: ReturnType<typeof line | typeof points>[]): string[] =>
  seriesColours({ series: all }).map((colour) => colour.replace('var(--', '').replace(')', ''));

describe('colours of a figure', () => {
  it('tell lines apart', () => {
    expect(colours(line('test'), line('train'))).toEqual(['series-1', 'series-2']);
    expect(colours(line(), line(), line())).toEqual(['series-1', 'series-2', 'series-3']);
  });

  it('tell networks of different width apart, beside the theory in ink', () => {
    expect(colours(line('test'), points('test, N = 64'), points('test, N = 256'))).toEqual(['ink', 'series-1', 'series-2']);
    expect(colours(line('test'), points('test'))).toEqual(['ink', 'series-1']);
  });

  it('stay when the networks come', () => {
    expect(seriesColours({ series: [line('test')], incomplete: true })).toEqual(['var(--ink)']);
  });

  it('are shared by the theory and the networks of one quantity', () => {
    expect(colours(line('test'), line('train'), points('test'), points('train'))).toEqual(['series-1', 'series-2', 'series-1', 'series-2']);
  });

  it('are not shared by two of one kind', () => {
    expect(colours(line('test'), line('test'), points('train'))).toEqual(['series-1', 'series-2', 'series-3']);
    expect(colours(points('test'), points('test'))).toEqual(['series-1', 'series-2']);
  });
});
