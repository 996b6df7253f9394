import { describe, expect, test } from 'vitest';
import { decodeShare } from '$lib/sheet/share';
import { carryTables, filesRead } from '$lib/ui/share/carry';
import { embedLink, iframe, lengthAdvice, linkTo } from '$lib/ui/share/link';
import { evaluate, filesWith } from '../../support/evaluate';

const base = 'https://example.org/kernelsheet/';

describe('sharing', () => {
  test('links and frames hold the sheet', () => {
    expect(decodeShare(linkTo(base, 'a = 1').split('#')[1] ?? '')).toBe('a = 1');
    expect(embedLink(base, 'a = 1')).toMatch(/^https:\/\/example\.org\/kernelsheet\/embed#1/);
    expect(iframe(embedLink(base, 'a = 1'), 'Say "hello" & <go>')).toContain('title="Say &quot;hello&quot; &amp; &lt;go>"');
  });

  test('long links come with advice', () => {
    expect(lengthAdvice(400)).toBe('');
    expect(lengthAdvice(5000)).toContain('Some');
    expect(lengthAdvice(50_000)).toContain('file');
  });

  test('tables that the sheet reads ride along, others do not', async () => {
    const content = 'a,b,y\n1,0,1\n0,1,-1\n1,1,0.5\n';
    const text = '# Mine\nt @A1 = table("p.csv", label: "y", test: "q.csv") # both\nname = "p.csv"\n';
    const files = [{ name: 'p.csv' }, { name: 'q.csv' }, { name: 'other.csv' }];
    expect(filesRead(text, files).map(({ name }) => name)).toEqual(['p.csv', 'q.csv']);
    const carried = carryTables(
      text,
      new Map([
        ['p.csv', content],
        ['q.csv', content],
      ]),
    );
    expect(carried).toContain('name = "p.csv"');
    expect(carried.split('\n')).toHaveLength(text.split('\n').length);
    const alone = await evaluate(carried);
    const beside = await evaluate(text, filesWith({ 'p.csv': content, 'q.csv': content }));
    expect(alone('t').fields).toEqual(beside('t').fields);
    expect(alone('t').status).toBe('ok');
  });
});
