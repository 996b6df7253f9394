import { expect, test } from './harness/test';

test('no WebGPU and no adapter are problems, not throws', async ({ suite }) => {
  expect(await suite('device', 'absent')).toEqual([
    'WebGPU: this browser does not offer it',
    'WebGPU: the browser offers it but has no adapter on this machine',
  ]);
});

test('storage is shared by views, counted once, given back and cleared', async ({ suite }) => {
  const result = await suite<{ steps: number[]; refused: string; leftovers: number; pooled: number }>('device', 'memory');
  expect(result.steps).toEqual([800, 400, 800, 0]);
  expect(result.refused).toBe('bug: a disposed matrix was used');
  expect(result.leftovers).toBe(0);
  expect(result.pooled).toBeLessThanOrEqual(1_000_000);
});

test('an upload does not overtake recorded commands', async ({ suite }) => {
  expect(await suite('device', 'uploadOrder')).toBe(true);
});

test('a thousand dispatches run in order over several submissions', async ({ suite }) => {
  expect(await suite('device', 'dispatches')).toEqual({ dispatches: 1000, total: [1000, 2000, 3000] });
});

test('a matrix beyond the limits is a problem that names need and limit', async ({ suite }) => {
  const result = await suite<{ refused: string; live: number; after: number[] }>('device', 'tooLarge');
  expect(result.refused).toMatch(
    /^problem: a matrix \[1, 1048576, 65536\] needs 262144 MiB, but this GPU holds at most \d+ MiB in one piece$/,
  );
  expect(result.live).toBe(0);
  expect(result.after).toEqual([1, 2]);
});

test('a fault on the device reaches the next read and all later ones', async ({ suite }) => {
  const result = await suite<{ first: string; second: string; broken: string }>('device', 'fault');
  expect(result.first).toMatch(/^bug: WebGPU reported a fault: /);
  expect(result.second).toBe(result.first);
  expect(`bug: ${result.broken}`).toBe(result.first);
});

test('a lost device rejects reads and says so', async ({ suite }) => {
  const result = await suite<{ results: string[]; broken: string }>('device', 'loss');
  for (const outcome of result.results) expect(outcome).toMatch(/^bug: the GPU device was lost/);
  expect(result.broken).toMatch(/^the GPU device was lost/);
});

test('a disposed backend rejects and does not report itself broken', async ({ suite }) => {
  expect(await suite('device', 'disposed')).toEqual({ read: 'bug: a disposed backend was used', told: false });
});
