import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { encodeShare } from '../../src/lib/sheet/share';
import { printString } from '../../src/lib/sheet/text';
import { cell, computed, expect, smallSheet, test } from './site';

/** Texts that would run, load or lead somewhere if anything took them for more than text. */
const vectors = [
  '<script>pwn()</script>',
  '<img src=x onerror=pwn()>',
  '<img src="https://evil.test/x.png">',
  '<svg onload=pwn()>',
  '<svg><script>pwn()</script></svg>',
  '<svg><a href="javascript:pwn()"><text>x</text></a></svg>',
  '<iframe src="javascript:pwn()"></iframe>',
  '<iframe srcdoc="<script>parent.pwn()</script>"></iframe>',
  '<object data="https://evil.test/"></object>',
  '<embed src="https://evil.test/">',
  '<link rel=stylesheet href=https://evil.test/x.css>',
  '<style>@import "https://evil.test/x.css"</style>',
  '<base href=https://evil.test/>',
  '<meta http-equiv=refresh content="0;url=https://evil.test/">',
  '<form action=https://evil.test/><input name=x></form>',
  '<body onload=pwn()>',
  '<details open ontoggle=pwn()>',
  '<video src=https://evil.test/ onerror=pwn()>',
  '<math><mtext><img src=x onerror=pwn()></mtext></math>',
  '<input autofocus onfocus=pwn()>',
  '<template><img src=x onerror=pwn()></template>',
  '" onmouseover="pwn()" x="',
  "' onfocus='pwn()' autofocus='",
  '"><img src=x onerror=pwn()>',
  '</title><script>pwn()</script>',
  '</style><script>pwn()</script>',
  '--><script>pwn()</script>',
  ']]><script>pwn()</script>',
  '{{constructor.constructor("pwn()")()}}',
  '${pwn()}',
  '[x](javascript:pwn())',
  '[x](data:text/html,<script>pwn()</script>)',
  '[x](https://evil.test/"onclick="pwn())',
  '![x](https://evil.test/x.png)',
  '<https://evil.test/>',
  String.raw`$\href{javascript:pwn()}{x}$`,
  String.raw`$\includegraphics{https://evil.test/x.png}$`,
  String.raw`$$\htmlStyle{background:url(https://evil.test/)}{x}$$`,
  'x;background:url(https://evil.test/)',
  'url(#x) url(https://evil.test/)',
  '\u202Epwn()\u0000\u2028',
];

const csv = (name: string): string =>
  `data:text/csv;name=${encodeURIComponent(name)},${encodeURIComponent(`"${name.replaceAll('"', '""')}",y\n1,1\n2,-1\n3,1\n`)}`;

/** Where the note of a vector stands. */
const noteAt = (i: number): string => `${'FGHIJ'.charAt(i % 5)}${1 + Math.floor(i / 5)}`;

/** All of them wherever a sheet holds text: titles, notes, links, options, axes, plots, tables, messages. */
const sheet = (): string =>
  [
    `# ${vectors.join(' ').replaceAll('\u0000', '').replaceAll('\u2028', '')}`,
    ...vectors.slice(0, 8).map((text) => `# ${text}`),
    ...vectors.map((text, i) => `note @${noteAt(i)} = ${printString(text)}`),
    `note @F12:J16 = ${printString(vectors.join('\n\n'))}`,
    ...vectors.map((text, i) => `word${i} = ${printString(text)}`),
    `menu = choice(${printString(vectors[1]!)}, [${vectors.slice(0, 12).map(printString).join(', ')}])`,
    `words = each(${vectors.map(printString).join(', ')})`,
    'ones = words == "x"',
    'x = range(1, 3, count: 3)',
    ...[1, 5, 23, 27].map((i) => `fig${i} = plot(x ^ 2, x: x, title: ${printString(vectors[i]!)})`),
    `text = plot(choice(1, [1]) * x, x: x, title: ${printString(vectors[24]!)})`,
    ...[1, 22, 23].map((i) => `table${i} = table(${printString(csv(vectors[i]!))}, label: "y", test: 1)`),
    ...[1, 22].map((i) => `wrong${i} = table(${printString(csv(vectors[i]!))}, label: ${printString(vectors[i]!)}, test: 1, inputs: "z")`),
    ...[1, 33].map((i) => `file${i} = table(${printString(vectors[i]!)}, label: "y")`),
    'far = table("https://evil.test/x.csv", label: "y")',
    `kind = nosuch(${printString(vectors[1]!)})`,
    `odd = ${vectors[1]!}`,
  ].join('\n');

/** What a page must never do: run what a sheet says, break the policy, ask another machine. */
const watch = async (page: Page, site: string): Promise<() => Promise<{ ran: boolean; violations: string[]; requests: string[] }>> => {
  const requests: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${site}/`) && !/^(data|blob):/.test(request.url())) requests.push(request.url());
  });
  await page.addInitScript(() => {
    const seen = { ran: false, violations: [] as string[] };
    Object.assign(window, { seen, pwn: () => (seen.ran = true) });
    document.addEventListener('securitypolicyviolation', (event) => seen.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  return async () => {
    const { ran, violations } = await page.evaluate(() => (window as unknown as { seen: { ran: boolean; violations: string[] } }).seen);
    return { ran, violations, requests };
  };
};

const clean = { ran: false, violations: [], requests: [] };

/** Elements and attributes that only a sheet could have made. */
const foreign = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found = [
      ...document.querySelectorAll('body script:not([type]), object, embed, iframe, base, form, video, body link, body meta'),
    ].filter((element) => !(element.localName === 'script' && element.textContent.includes('__sveltekit')));
    const bad = [...document.querySelectorAll('*')].flatMap((element) =>
      [...element.attributes]
        .filter(({ name, value }) => /^on/.test(name) || (/^(href|src|action|xlink:href)$/.test(name) && /^\s*javascript:/i.test(value)))
        .map(({ name, value }) => `${element.localName} ${name}=${value}`),
    );
    return [...found.map((element) => element.outerHTML.slice(0, 100)), ...bad];
  });

test('a hostile sheet runs nothing, loads nothing and leads nowhere: page, embed and SVG', async ({ page, site }) => {
  await page.setViewportSize({ width: 2600, height: 5000 });
  const seen = await watch(page, site);
  const fragment = encodeShare(sheet());
  await page.goto(`${site}/#${fragment}`);
  await expect(page.locator('[data-settled="true"]')).toContainText('1 cell waiting to be allowed', computed);
  await expect(cell(page, 'fig1').locator('svg').first()).toBeVisible();
  await expect(cell(page, noteAt(35)).locator('.katex, code').first()).toBeVisible();
  expect(await foreign(page)).toEqual([]);
  // Only links to the web are links, and they tell the other side nothing.
  for (const link of await page.locator('[data-key] a').all()) {
    expect(await link.getAttribute('href')).toMatch(/^https:\/\//);
    expect(await link.getAttribute('rel')).toContain('noreferrer');
  }
  for (const key of ['fig1', 'fig23', 'fig27', 'text']) {
    await cell(page, key).locator('header').click();
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('textbox', { name: 'Caption' }).fill(vectors.join(' ').replace('\u0000', ''));
    const coming = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: 'SVG', exact: true }).click();
    const svg = await readFile(await (await coming).path(), 'utf8');
    await page.keyboard.press('Escape');
    // As an image it stands alone; opened as a page, under no policy but its own, it must do nothing either.
    expect(svg).not.toMatch(/<(script|foreignObject|iframe|image|use|a|style|set|animate)\b/i);
    expect(svg).not.toMatch(/<[^>]*\son[a-z]+\s*=/i);
    expect(svg).not.toMatch(/<[^>]*(javascript:|url\((?!#))/i);
    expect(
      await page.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelectorAll('parsererror').length, svg),
    ).toBe(0);
  }
  expect(await seen()).toEqual(clean);

  await page.goto('about:blank');
  await page.goto(`${site}/embed#${fragment}`);
  await expect(page.locator('[data-settled="true"]')).toContainText('1 cell waiting to be allowed', computed);
  await expect(cell(page, 'fig1').locator('svg').first()).toBeVisible();
  expect(await foreign(page)).toEqual([]);
  expect(await seen()).toEqual(clean);
});

test('the policy holds: what a page would need for an attack is refused', async ({ browser, site }) => {
  // A page of its own: what is refused is written on the console.
  const context = await browser.newContext();
  const page = await context.newPage();
  const seen = await watch(page, site);
  const answer = await page.goto(`${site}/#${encodeShare(smallSheet)}`);
  expect(answer?.headers()).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("frame-ancestors 'self'");
  expect(policy).not.toMatch(/script-src[^;]*('unsafe-inline'|'unsafe-eval'|https?:|\*)/);
  await expect(page.locator('[data-settled="true"]')).toHaveText('all cells computed', { timeout: 300_000 });
  expect(await seen()).toEqual(clean);
  const refused = await page.evaluate(async () => {
    const add = (name: string, attributes: Record<string, string>, text = ''): void => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.textContent = text;
      document.body.append(element);
    };
    add('script', {}, 'pwn()');
    add('script', { src: 'https://evil.test/x.js' });
    add('img', { src: 'https://evil.test/x.png' });
    add('iframe', { src: 'https://evil.test/' });
    add('base', { href: 'https://evil.test/' });
    const sent = await fetch('https://evil.test/').then(
      () => true,
      () => false,
    );
    return sent;
  });
  expect(refused).toBe(false);
  for (const directive of ['script-src', 'img-src', 'frame-src', 'base-uri', 'connect-src'])
    await expect.poll(async () => (await seen()).violations.filter((one) => one.startsWith(directive)), computed).not.toEqual([]);
  expect((await seen()).ran).toBe(false);
  await context.close();
});
