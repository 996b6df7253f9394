import { chromium, type Browser } from '@playwright/test';
import { existsSync } from 'node:fs';

/** A full Chromium is needed: Playwright's headless shell has no WebGPU. */
const systemBrowsers = [
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Explicit path, Playwright's own, the system's. */
const findBrowser = (): string => {
  const explicit = process.env['KERNELSHEET_BROWSER'];
  if (explicit) return explicit;
  const found = [chromium.executablePath(), ...systemBrowsers].find((path) => existsSync(path));
  if (!found) throw new Error('no Chrome or Chromium found; set KERNELSHEET_BROWSER to its path');
  return found;
};

/** Headless with WebGPU on whatever adapter there is, a software one included. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: findBrowser(),
    headless: false,
    args: ['--headless=new', '--no-sandbox', '--enable-unsafe-webgpu', '--disable-background-networking', '--mute-audio'],
  });
