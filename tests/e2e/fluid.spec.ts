import { cell, expect, openSheet, select, test, useEngine } from './site';

/** What the page notes of itself while the sheet computes. */
interface Seen {
  /** Between frames, in milliseconds. */
  gaps: number[];
  /** From an event to the picture that shows it, as the browser tells it, where that is 16 ms or more. */
  pictures: number[];
  /** Numbers that the slider has shown. */
  values: string[];
  /** Cells that were selected, one after the other. */
  selected: string[];
}

declare global {
  interface Window {
    fluid: Seen;
  }
}

// A minute of work at each place of the slider, in many particles.
const sheet = `# Work
# More than is done while a person looks on.
gamma @A1 = slider(2, min: 0.5, max: 4)
b @B1 = 1
c @C1 = 2
d @A2 = digits(positive: 0, negative: 1, train: 150)
pre @B2 = source_kernel(d, theory: "bayes", activation: "tanh", gamma: gamma, particles: 65536)
`;

const KEYS = 8;
const PLACES = [0.55, 0.45, 0.5, 0.4, 0.6, 0.3];

test('while the processor computes, each key and each step of a drag is shown, and the cell goes on computing', async ({ page, site }) => {
  await useEngine(page, 'cpu');
  await openSheet(page, site, sheet);
  await select(page, 'b');
  await expect(cell(page, 'pre')).toHaveAttribute('data-status', 'computing');
  await page.evaluate(() => {
    const seen: Seen = { gaps: [], pictures: [], values: [], selected: [] };
    window.fluid = seen;
    let before = performance.now();
    const frame = (now: number): void => {
      seen.gaps.push(now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries())
        if (['keydown', 'pointermove', 'pointerdown', 'input'].includes(name)) seen.pictures.push(duration);
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    const value = document.querySelector('[data-key="gamma"] .value');
    if (!value) throw new Error('the slider shows no value');
    new MutationObserver(() => seen.values.push(value.textContent)).observe(value, { characterData: true, childList: true, subtree: true });
    addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLElement && target.dataset.key !== undefined) seen.selected.push(target.dataset.key);
    });
  });
  const seen = (): Promise<Seen> => page.evaluate(() => window.fluid);

  for (let i = 0; i < KEYS; i++) {
    await page.keyboard.press(i % 2 === 0 ? 'ArrowRight' : 'ArrowLeft');
    await expect.poll(async () => (await seen()).selected.length).toBe(i + 1);
  }
  const box = await page.getByRole('slider', { name: 'gamma', exact: true }).boundingBox();
  if (!box) throw new Error('the slider has no box');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.5, y);
  await page.mouse.down();
  for (const at of PLACES) {
    const shown = (await seen()).values.length;
    await page.mouse.move(box.x + box.width * at, y);
    await expect.poll(async () => (await seen()).values.length).toBeGreaterThan(shown);
    await page.waitForTimeout(100);
  }
  await page.mouse.up();
  // The work of the last place has begun, and the page is as free as before.
  await expect(cell(page, 'pre')).toHaveAttribute('data-status', 'computing');

  const { gaps, pictures, selected } = await seen();
  expect(selected).toEqual(Array.from({ length: KEYS }, (_, i) => (i % 2 === 0 ? 'c' : 'b')));
  const longest = (list: readonly number[]): string => (list.length > 0 ? `${Math.round(Math.max(...list))} ms` : 'none of 16 ms or more');
  // For the record: on a busy machine a time says little.
  process.stdout.write(
    `    longest from a key or a move to its picture: ${longest(pictures)}; longest gap between ${gaps.length} frames: ${longest(gaps)}\n`,
  );
});
