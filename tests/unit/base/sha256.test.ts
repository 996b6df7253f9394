import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Sha256 } from '$lib/base/sha256';
import { uniforms } from '../../support/task';

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('SHA-256 of the examples of FIPS 180-4', () => {
  const of = (text: string): string => {
    const hash = new Sha256();
    hash.add(new TextEncoder().encode(text));
    return hash.digest();
  };
  expect(of('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(of('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
});

test('SHA-256 of bytes of any length, cut anywhere, is that of node:crypto', () => {
  const uniform = uniforms(1);
  for (let length = 0; length < 260; length++) {
    const bytes = Uint8Array.from({ length }, () => 256 * uniform());
    const hash = new Sha256();
    for (let at = 0; at < length;) {
      const end = at + 1 + Math.floor(90 * uniform());
      hash.add(bytes.subarray(at, end));
      at = end;
    }
    expect(hash.digest(), `${length} bytes`).toBe(hashOf(bytes));
  }
});

test('SHA-256 of several MiB is that of node:crypto', () => {
  const slice = new Uint8Array(2 ** 20).fill(7);
  const [hash, truth] = [new Sha256(), createHash('sha256')];
  for (let count = 0; count < 9; count++) {
    hash.add(slice);
    truth.update(slice);
  }
  expect(hash.digest()).toBe(truth.digest('hex'));
});
