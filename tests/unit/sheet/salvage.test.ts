import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { follow, record, startHistory, undo, type History } from '$lib/sheet/history';
import { historyWriter, readHistory } from '$lib/sheet/kept-history';
import { salvage } from '$lib/sheet/salvage';

const mine = record(record(startHistory('a = 1\n'), 'a = 2\n'), 'a = 3\n"quoted" \\ é\n');
const written = historyWriter()(mine);

describe('a kept record', () => {
  test('that is sound is read whole', () => {
    expect(salvage({ history: written })).toEqual({ history: mine, damaged: false });
  });

  test.each([
    ['the past is no list', written.replace(/"past":\[.*\],"future"/, '"past":7,"future"')],
    ['a step is out of range', written.replace(/"past":\[\[\d+/, '"past":[[99999')],
    ['a step is no step', written.replace('"past":[', '"past":[null,')],
    ['the future is missing', written.replace('"future":[]', '"later":[]')],
    ['the version is a later one', written.replace('"version":2', '"version":9')],
    ['the version is missing', written.replace('"version":2,', '')],
    ['the end is cut off', written.slice(0, -9)],
    ['all after the text is cut off', written.slice(0, written.indexOf(',"past"'))],
    ['other bytes stand where the past was', `${written.slice(0, written.indexOf('"past"') + 8)}\u0000\uFFFD garbage`],
  ])('of which the text is sound gives the text, and says that it is damaged: %s', (_, history) => {
    expect(salvage({ history })).toEqual({ history: startHistory(mine.present), damaged: true });
  });

  test('that is cut within the text gives what stands before the cut', () => {
    const end = written.indexOf('quoted') + 3;
    expect(salvage({ history: written.slice(0, end) }).history?.present).toBe('a = 3\n"quo');
    // Within an escape.
    expect(salvage({ history: '{"version":2,"present":"x = 1\\u00' }).history?.present).toBe('x = 1');
    expect(salvage({ history: '{"version":2,"present":"x = 1\\' }).history?.present).toBe('x = 1');
  });

  test.each([
    [undefined],
    [null],
    [7],
    [[]],
    [{}],
    [{ history: 7 }],
    [{ history: '' }],
    [{ history: '{"present":7}' }],
    [new Uint8Array(4)],
  ])('without a text is told to be damaged: %j', (record) => {
    expect(salvage(record)).toEqual({ history: undefined, damaged: true });
  });

  test('never throws, whatever became of it', () => {
    fc.assert(
      fc.property(fc.nat(written.length), fc.nat(20), fc.string(), (at, length, text) => {
        const history = written.slice(0, at) + text + written.slice(at + length);
        const { history: found, damaged } = salvage({ history });
        if (!damaged) expect(readHistory(history)).toEqual(found);
      }),
    );
    fc.assert(fc.property(fc.anything(), (record) => typeof salvage(record).damaged === 'boolean'));
  });
});

describe('links that are followed', () => {
  const through = (start: History, count: number, size: number): History =>
    Array.from({ length: count }, (_, i) => `${i}`.padEnd(size, 'x')).reduce(
      // Like a page that is loaded anew each time.
      (history, text) => readHistory(historyWriter()(follow(history, text)))!,
      start,
    );
  const back = (history: History): string[] => {
    const seen = [history.present];
    for (let at = history; at.past.length > 0; at = undo(at)) seen.push(undo(at).present);
    return seen;
  };

  test('can be undone one by one', () => {
    expect(back(through(mine, 2, 5)).map((text) => text.slice(0, 5))).toEqual([
      '1xxxx',
      '0xxxx',
      ...back(mine).map((text) => text.slice(0, 5)),
    ]);
  });

  test.each([
    [9, 1 << 20],
    [510, 3],
  ])('%i of them of %i letters push nothing of a person’s out of undo', (count, size) => {
    const seen = back(through(mine, count, size));
    for (const text of back(mine)) expect(seen).toContain(text);
  });

  test('and edited are a person’s own from then on', () => {
    const edited = record(follow(mine, 'linked'), 'linked and edited');
    expect(follow(mine, 'linked').linked).toBe(true);
    expect(edited.linked).toBeUndefined();
    expect(back(through(edited, 9, 1 << 20))).toContain('linked and edited');
  });
});
