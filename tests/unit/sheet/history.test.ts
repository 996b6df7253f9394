import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_CHARACTERS, MOST_STEPS, record, redo, startHistory, undo, type History } from '$lib/sheet/history';
import { historyWriter, readHistory } from '$lib/sheet/kept-history';

const after = (...texts: string[]): History =>
  texts.slice(1).reduce((history, text) => record(history, text), startHistory(texts[0] ?? ''));

describe('undo and redo', () => {
  test('go back and forth, and stop at the ends', () => {
    const history = after('a', 'b', 'c');
    expect(undo(history).present).toBe('b');
    expect(undo(undo(history)).present).toBe('a');
    expect(undo(undo(undo(history))).present).toBe('a');
    expect(redo(undo(history)).present).toBe('c');
    expect(redo(history)).toBe(history);
  });

  test('an edit after undo forgets what could be redone', () => {
    const history = record(undo(after('a', 'b')), 'c');
    expect(redo(history)).toBe(history);
    expect(undo(history).present).toBe('a');
  });

  test('texts of one gesture are one step', () => {
    let history = record(after('a', 'b'), 'b1', 'drag 1');
    history = record(record(history, 'b2', 'drag 1'), 'b3', 'drag 1');
    expect(history.present).toBe('b3');
    expect(undo(history).present).toBe('b');
    expect(undo(record(history, 'b4', 'drag 2')).present).toBe('b3');
    expect(undo(record(history, 'b4')).present).toBe('b3');
  });

  test('undo ends a gesture', () => {
    const history = record(undo(record(after('a'), 'b', 'drag')), 'c', 'drag');
    expect(undo(history).present).toBe('a');
    expect(undo(record(redo(undo(record(after('a'), 'b', 'drag'))), 'c', 'drag')).present).toBe('b');
  });

  test('the same text is no step', () => {
    const history = after('a', 'b');
    expect(record(history, 'b')).toBe(history);
    expect(undo(record(history, 'b', 'drag')).present).toBe('a');
  });

  test('agrees with a list of texts and a position in it, for any sequence of edits, undo and redo', () => {
    const step = fc.oneof(fc.constant('undo' as const), fc.constant('redo' as const), fc.nat(5));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let history = startHistory('0');
        let texts = ['0'];
        let finger = 0;
        for (const one of steps) {
          if (one === 'undo') {
            history = undo(history);
            finger = Math.max(0, finger - 1);
          } else if (one === 'redo') {
            history = redo(history);
            finger = Math.min(texts.length - 1, finger + 1);
          } else {
            if (String(one) !== texts[finger]) {
              texts = [...texts.slice(0, finger + 1), String(one)];
              finger += 1;
            }
            history = record(history, String(one));
          }
          expect(history.present).toBe(texts[finger]);
          expect(history.past).toEqual(texts.slice(0, finger));
        }
      }),
    );
  });
});

describe('bounds', () => {
  test('the oldest steps go when there are too many', () => {
    const history = after(...Array.from({ length: MOST_STEPS + 10 }, (_, index) => String(index)));
    expect(history.past).toHaveLength(MOST_STEPS);
    expect(history.past[0]).toBe('9');
  });

  test('the oldest steps go when they are too large together, the present never', () => {
    const large = 'x'.repeat(MOST_CHARACTERS / 4);
    const history = after(`1${large}`, `2${large}`, `3${large}`, `4${large}`, `5${large}`);
    expect(history.past.map((text) => text[0])).toEqual(['3', '4']);
    expect(after('a', 'x'.repeat(MOST_CHARACTERS + 1)).present).toHaveLength(MOST_CHARACTERS + 1);
  });
});

describe('across a reload', () => {
  const kept = (history: History): History | undefined => readHistory(historyWriter()(history));

  test('undo and redo are still there; a new gesture begins', () => {
    const history = record(undo(after('a', 'b', 'c')), 'd', 'drag');
    expect(kept(history)).toEqual({ ...history, gesture: undefined });
    expect(kept(undo(history))).toEqual(undo(history));
  });

  test('whatever was done, and however often it was written meanwhile', () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\ud83d', '\ude00', '"') }), { maxLength: 12 });
    fc.assert(
      fc.property(texts, fc.array(fc.boolean(), { maxLength: 12 }), (all, turns) => {
        const write = historyWriter();
        let history = startHistory('');
        for (const text of all) {
          history = record(history, text);
          expect(readHistory(write(history))).toEqual(history);
        }
        for (const back of turns) {
          history = back ? undo(history) : redo(history);
          expect(readHistory(write(history))).toEqual(history);
        }
      }),
    );
  });

  test('a step costs what was edited, not the sheet', () => {
    const sheet = 'x'.repeat(20_000);
    const history = after(...Array.from({ length: 200 }, (_, index) => `${sheet.slice(0, 9000)}${index}${sheet.slice(9000)}`));
    expect(historyWriter()(history).length).toBeLessThan(sheet.length + 200 * 30);
  });

  test('what the first version wrote is read', () => {
    const history = undo(after('a', 'b', 'c'));
    expect(readHistory('{"version":1,"past":["a"],"present":"b","future":["c"]}')).toEqual(history);
  });

  test('what is not a history is refused without throwing', () => {
    for (const text of [
      '',
      'null',
      '1',
      '[]',
      '{}',
      '{"version":3,"past":[],"present":"","future":[]}',
      '{"version":1,"past":[1],"present":"","future":[]}',
      '{"version":2,"past":["a"],"present":"","future":[]}',
      '{"version":2,"past":[[0,9,""]],"present":"a","future":[]}',
      '{"version":2,"past":[[1,0,""]],"present":"a","future":[]}',
      '{"version":2,"past":[[0,1]],"present":"a","future":[]}',
      '{"version":2,"past":[],"present":"a","future":[[-1,0,"x"]]}',
    ]) {
      expect(readHistory(text)).toBeUndefined();
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readHistory(text)).toBeUndefined();
      }),
    );
  });

  test('what would grow without end is cut', () => {
    const doubling = JSON.stringify({
      version: 2,
      present: 'x'.repeat(1 << 20),
      past: Array.from({ length: 60 }, () => [0, 0, 'x'.repeat(1 << 10)]),
      future: [],
    });
    expect(readHistory(doubling)?.past.length).toBeLessThan(8);
  });
});
