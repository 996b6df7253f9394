import fc from 'fast-check';
import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { Problem } from '$lib/base/problem';
import { fromBase64url, toBase64url } from '$lib/sheet/base64url';
import { decodeShare, encodeShare, LARGEST_SHARED } from '$lib/sheet/share';
import { fragments, sheet } from './arbitrary';
import { example } from './example';

/** A fragment with a right checksum around any compressed bytes, as a hostile hand would make it. */
function forged(compressed: Uint8Array): string {
  let crc = ~0;
  for (const byte of compressed) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const check = new Uint8Array(new Uint32Array([~crc >>> 0]).buffer);
  return `1${toBase64url(Uint8Array.from([...check, ...compressed]))}`;
}

describe('a link', () => {
  test('gives the text back, with or without #', () => {
    fc.assert(
      fc.property(fc.oneof(sheet, fragments, fc.string({ unit: 'grapheme' })), (text) => {
        const whole = text.toWellFormed();
        expect(decodeShare(encodeShare(text))).toBe(whole);
        expect(decodeShare(`#${encodeShare(text)}`)).toBe(whole);
      }),
    );
  });

  test('needs no escaping in an address, is short, and is the same every time', () => {
    const fragment = encodeShare(example);
    expect(fragment).toMatch(/^1[A-Za-z0-9_-]+$/);
    expect(fragment.length).toBeLessThan(example.length * 0.8);
    expect(encodeShare(example)).toBe(fragment);
  });

  test('of version 1, as zlib makes it, stays readable', () => {
    expect(decodeShare('1nzC69EtUcHA0VLBVMFRQVji8kgsA')).toBe('a @A1 = 1 # é\n');
  });

  test('keeps a byte order mark', () => {
    expect(decodeShare(encodeShare('\ufeffa = 1'))).toBe('\ufeffa = 1');
  });

  test('holds up to 1 MiB, also of what cannot be compressed, and no more', () => {
    let state = 1;
    const noise = Array.from({ length: LARGEST_SHARED }, () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return String.fromCharCode(state >>> 25);
    }).join('');
    expect(decodeShare(encodeShare(noise)) === noise).toBe(true);
    expect(() => encodeShare(`${noise}x`)).toThrow(/^link: a sheet of at most 1048576 bytes can be shared by a link, this one has 1048577/);
    expect(() => encodeShare('é'.repeat(LARGEST_SHARED / 2 + 1))).toThrow(Problem);
  });
});

describe('a hostile or damaged link', () => {
  const refused = (fragment: string): string => {
    try {
      decodeShare(fragment);
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
      return (error as Problem).message;
    }
    return 'accepted';
  };

  test('never throws anything but a Problem', () => {
    const digits = fc.string({ unit: fc.constantFrom(...Array.from('ABCDXYZabcxyz0129-_')) });
    fc.assert(
      fc.property(
        fc.oneof(
          digits.map((text) => `1${text}`),
          fc.string({ unit: 'binary' }),
        ),
        (fragment) => {
          expect(refused(fragment)).toMatch(/^link: |^accepted$/);
        },
      ),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(refused(forged(bytes))).toMatch(/^link: |^accepted$/);
      }),
      { numRuns: 1000 },
    );
  });

  test('with one character changed, or cut short, is always noticed', () => {
    const fragment = encodeShare(example);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: fragment.length - 1 }),
        fc.constantFrom(...Array.from('ABCXYZabcxyz0189-_')),
        (at, character) => {
          fc.pre(fragment.charAt(at) !== character);
          expect(refused(fragment.slice(0, at) + character + fragment.slice(at + 1))).toMatch(/^link: is damaged/);
          expect(refused(fragment.slice(0, at))).toMatch(/^link: is damaged/);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('says what is wrong', () => {
    expect(refused('')).toBe('link: holds no sheet');
    expect(refused('#')).toBe('link: holds no sheet');
    expect(refused('2abc')).toBe('link: was made by a newer Kernelsheet (version 2)');
    expect(refused('section')).toBe('link: does not begin with a version; it is not a sheet');
    expect(refused('1')).toMatch(/^link: is damaged/);
    expect(refused(`${encodeShare('a = 1')}=`)).toMatch(/^link: is damaged/);
    expect(refused(forged(Uint8Array.of(0xff, 0xff)))).toMatch(/^link: is damaged/);
    expect(refused(`1${'A'.repeat(3_000_000)}`)).toMatch(/^link: must hold at most 1048576 bytes/);
  });

  test('must hold UTF-8', () => {
    expect(refused(forged(deflateSync(Uint8Array.of(0xc3, 0x28))))).toBe('link: holds something that is not text');
    expect(refused(forged(deflateSync(Uint8Array.of(0xed, 0xa0, 0x80))))).toBe('link: holds something that is not text');
  });

  test('that is a bomb is refused before it goes off', () => {
    const bomb = forged(deflateSync(new Uint8Array(32 << 20)));
    expect(bomb.length).toBeLessThan(50_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(refused(bomb)).toMatch(/^link: must hold at most 1048576 bytes, this one holds more/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
    expect(refused(forged(deflateSync(new Uint8Array(LARGEST_SHARED + 1))))).toMatch(/holds more$/);
    expect(decodeShare(forged(deflateSync(new Uint8Array(LARGEST_SHARED))))).toHaveLength(LARGEST_SHARED);
  });
});

describe('base64url', () => {
  test('gives the bytes back and agrees with Node', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
      }),
    );
  });

  test('is read in one spelling only', () => {
    for (const text of ['A', 'AB', 'AAB', 'AA==', 'A+', 'A/', ' AA', 'AAA\n', 'ÄA']) expect(fromBase64url(text)).toBeUndefined();
    expect(fromBase64url('AA')).toEqual(Uint8Array.of(0));
  });
});
