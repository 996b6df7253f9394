import { describe, expect, it } from 'vitest';
import { lineNames } from '$lib/cells/lines';

describe('names of lines', () => {
  it('write numbers to four digits where these tell them apart, and whole numbers whole', () => {
    expect(lineNames([{ name: 'delta', values: [0.0261015721568, 1 / 3, 100] }])).toEqual([
      'delta = 0.0261',
      'delta = 0.3333',
      'delta = 100',
    ]);
    expect(lineNames([{ name: 'year', values: [20241, 20242] }])).toEqual(['year = 20241', 'year = 20242']);
    expect(lineNames([{ name: 'x', values: [2000.51, 2000.52] }])).toEqual(['x = 2000.51', 'x = 2000.52']);
  });

  it('name every point of several axes, words among them', () => {
    const axes = [
      { name: 'kind', values: ['erf', 'tanh'] },
      { name: 'N', values: [16, 64] },
    ];
    expect(lineNames(axes)).toEqual(['kind = erf, N = 16', 'kind = erf, N = 64', 'kind = tanh, N = 16', 'kind = tanh, N = 64']);
  });
});
