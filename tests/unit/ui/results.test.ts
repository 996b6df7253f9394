import { describe, expect, it } from 'vitest';
import { readResults } from '$lib/ui/state/results';

const point = { key: 'k', node: 'err', kind: 'error', milliseconds: 1, value: { type: 'errors' } };
const engine = { backend: 'cpu', adapter: 'double precision' };

describe('readResults', () => {
  it('reads points of gathered results', () => {
    const text = JSON.stringify({ version: 1, engine, cells: {}, points: [point] });
    expect(readResults(text)).toEqual({ engine, points: [point] });
  });

  it('has no points of results without them, and leaves out what is none', () => {
    expect(readResults(JSON.stringify({ version: 1, engine, cells: {} }))).toEqual({ engine, points: [] });
    const damaged = [{ ...point, key: 1 }, { node: 'err' }, null, point];
    expect(readResults(JSON.stringify({ version: 1, engine, cells: {}, points: damaged }))?.points).toEqual([point]);
  });

  it.each(['', '{', '[1, 2]', '{"version": 1}', '{"version": 2, "cells": {}, "engine": {}}', '"text"'])(
    'takes %j for something else',
    (text) => {
      expect(readResults(text)).toBeUndefined();
    },
  );
});
