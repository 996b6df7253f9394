/**
 * `npm run soak [minutes]`: uses the built site for ten minutes, as somebody does who does not close the tab: sheets are opened by link,
 * sliders moved, formulas edited, steps undone. Every quarter of a minute the heaps of the page and of its worker are measured after a
 * garbage collection, and the bytes of the results that the engine keeps. Over the last half none of them may grow by 1 MB a minute or more,
 * and when all cells are gone the engine may keep no more than its cache. Ends with 1 where that does not hold, or the console had an error.
 */
import { deflateSync } from 'fflate';
import { existsSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { buildIfStale, root } from './fresh.js';

const minutes = Number(process.argv[2] ?? 10);
const mega = 1e6;
/** The cache as `src/lib/worker/host.ts` has it, in bytes. */
const cache = 512 * 2 ** 20;
/** The engine: that of the processor, on which no driver keeps memory of its own. */
const engine = process.env.KERNELSHEET_SOAK_ENGINE ?? 'cpu';

/** @param {Uint8Array} bytes */
const crc32 = (bytes) => {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
};

/** @param {string} text the end of a link that opens it (`src/lib/sheet/share.ts`) */
const fragment = (text) => {
  const packed = deflateSync(new TextEncoder().encode(text), { level: 9 });
  return `1${Buffer.concat([new Uint8Array(new Uint32Array([crc32(packed)]).buffer), packed]).toString('base64url')}`;
};

/** Sheets that are opened in turn: few, so that what can be remembered is known after the first minutes. @param {number} which */
const sheet = (which) => `# Soak ${which}
t @A1 = slider(0.1, min: 0.1, max: 0.5, step: 0.1)
task @A2:B3 = linear_task(dim: 12, train: 40, test: 30, seed: ${which + 1})
pre @C1:D3 = source_kernel(task, theory: "lazy", activation: "erf", temperature: t)
curve @A4:C6 = plot(error(source_kernel(task, theory: "lazy", activation: "relu", temperature: each(0.1, 0.5, 1))).test)
err @D4 = error(pre)
modes @A7:B8 = spectrum(pre)
map @C7:D8 = heatmap(range(1, 4, count: 4) * each(1, 2, ${which + 3}))
words @B1 = note("**Soak** $x_{${which}}^2$")
pictures @A9:C11 = digits(positive: [0, 2], negative: [1, ${which + 3}], train: 40, test: 20)
`;

/** @param {{ minute: number, value: number }[]} points */
const slope = (points) => {
  const mean = (/** @type {number[]} */ list) => list.reduce((sum, one) => sum + one, 0) / list.length;
  const [x, y] = [mean(points.map(({ minute }) => minute)), mean(points.map(({ value }) => value))];
  const spread = points.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
  return points.reduce((sum, { minute, value }) => sum + (minute - x) * (value - y), 0) / spread;
};

/** @returns {Promise<{ origin: string, close: () => void }>} */
const serve = () =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'bin/kernelsheet.js'), 'serve', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.on('exit', () => reject(new Error('the server ended')));
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ piece) => {
      const origin = /https?:\/\/\S+?(?=\/?\s)/.exec(piece)?.[0];
      if (origin) resolve({ origin, close: () => child.kill() });
    });
  });

/**
 * What a browser says of its workers, through the page: each as a function that asks it.
 * @param {import('playwright-core').CDPSession} session
 */
const workersOf = async (session) => {
  /** @type {Map<string, string>} */
  const urls = new Map();
  /** @type {Map<number, (value: Record<string, unknown>) => void>} */
  const waiting = new Map();
  let calls = 0;
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => urls.set(sessionId, targetInfo.url));
  session.on('Target.detachedFromTarget', ({ sessionId }) => urls.delete(sessionId));
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = /** @type {{ id: number, result: Record<string, unknown> }} */ (JSON.parse(message));
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  /** @param {string} sessionId @param {string} method @returns {Promise<Record<string, unknown>>} */
  const ask = (sessionId, method) =>
    new Promise((resolve) => {
      const id = (calls += 1);
      waiting.set(id, resolve);
      void session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params: {} }) });
    });
  return async () => {
    let used = 0;
    for (const [sessionId, url] of urls) {
      if (!url.includes('sheet.worker')) continue;
      await ask(sessionId, 'HeapProfiler.collectGarbage');
      used += Number((await ask(sessionId, 'Runtime.getHeapUsage'))['usedSize']);
    }
    return used;
  };
};

/** What the engine keeps, in bytes: the worker is asked as the page asks it (Comlink). @param {import('playwright-core').Page} page */
const engineBytes = async (page) => {
  const worker = page.workers().find((one) => one.url().includes('sheet.worker'));
  if (!worker) throw new Error('there is no worker');
  return worker.evaluate(
    () =>
      /** @type {Promise<number | undefined>} */
      (
        new Promise((resolve) => {
          const id = `soak ${Math.random()}`;
          const post = self.postMessage.bind(self);
          self.postMessage = (/** @type {{ id?: string, value?: number } | undefined} */ message, /** @type {any} */ rest) => {
            if (message?.id !== id) {
              post(message, rest);
              return;
            }
            self.postMessage = post;
            resolve(message.value);
          };
          self.dispatchEvent(new MessageEvent('message', { data: { id, type: 'APPLY', path: ['workplace', 'bytes'], argumentList: [] } }));
        })
      ),
  );
};

buildIfStale('site');
buildIfStale('cli');
const served = await serve();
const own = chromium.executablePath();
const executablePath = process.env.CHROME ?? (existsSync(own) ? own : spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim());
const browser = await chromium.launch({ executablePath });
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
/** @type {string[]} */
const errors = [];
page.on('pageerror', (error) => errors.push(String(error.stack)));
page.on('console', (message) => {
  if (message.type() === 'error') errors.push(message.text());
});
await page.addInitScript((name) => localStorage.setItem('engine', name), engine);
const session = await context.newCDPSession(page);
await session.send('HeapProfiler.enable');
const workerHeap = await workersOf(session);

const settled = () => page.waitForSelector('[data-settled="true"]', { state: 'attached', timeout: 120_000 });
/** @param {string} text */
const open = async (text) => {
  await page.evaluate((hash) => (location.hash = hash), `#${fragment(text)}`);
  // Not `waitForFunction`: the policy of the page forbids the script that it leaves there.
  while ((await page.evaluate(() => location.hash)) !== '') await page.waitForTimeout(20);
  await settled();
};

const steps = [
  // A slider is moved to each of its places.
  async () => {
    const slider = page.locator('[data-key="t"] input[type=range]').first();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowLeft']) {
      await slider.press(key);
      await settled();
    }
  },
  // A formula is changed, and that is undone and done again.
  async () => {
    await page.locator('[data-key="err"] header').click();
    await page.keyboard.press('F2');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('6 * 7');
    await page.keyboard.press('Enter');
    await settled();
    for (const name of ['Undo', 'Redo', 'Undo']) await page.getByRole('button', { name, exact: true }).first().click();
    await settled();
  },
  async () => {
    await page.mouse.move(700, 500);
    for (const by of [600, -600]) await page.mouse.wheel(0, by);
  },
];

/** @type {{ minute: number, page: number, worker: number, engine: number }[]} */
const samples = [];
const began = performance.now();
const minute = () => (performance.now() - began) / 60_000;
const measure = async () => {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const sample = { minute: minute(), page: usedSize, worker: await workerHeap(), engine: Number(await engineBytes(page)) };
  samples.push(sample);
  const text = ['page', 'worker', 'engine'].map((name) => `${name} ${(sample[/** @type {'page'} */ (name)] / mega).toFixed(2)} MB`);
  console.log(`${sample.minute.toFixed(2)} min: ${text.join(', ')}`);
};

await page.goto(`${served.origin}/#${fragment(sheet(0))}`);
await settled();
let due = 0;
let rounds = 0;
for (; minute() < minutes; rounds += 1) {
  await open(sheet(rounds % 4));
  for (const step of steps) await step();
  if (minute() >= due) {
    await measure();
    due = minute() + 0.25;
  }
}
await open('');
await page.waitForTimeout(2000);
const left = Number(await engineBytes(page));

let failed = errors.length > 0;
console.log(`${rounds} rounds; ${errors.length} errors on the console${errors.map((error) => `\n  ${error}`).join('')}`);
for (const name of /** @type {const} */ (['page', 'worker', 'engine'])) {
  const half = samples.filter((sample) => sample.minute >= minutes / 2).map((sample) => ({ minute: sample.minute, value: sample[name] }));
  const grows = slope(half) / mega;
  if (!(grows < 1)) failed = true;
  console.log(`${name}: ${grows.toFixed(3)} MB a minute over the last half`);
}
if (!(left <= cache)) failed = true;
console.log(`without cells the engine keeps ${(left / mega).toFixed(2)} MB, its cache is ${(cache / mega).toFixed(0)} MB`);
await browser.close();
served.close();
process.exitCode = failed ? 1 : 0;
