import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { Problem } from '$lib/base/problem';

/** Names under which Chrome and Chromium stand on the search path, the most likely to have WebGPU first. */
const commands = ['google-chrome', 'google-chrome-stable', 'chrome', 'chromium', 'chromium-browser'];

/** Where they stand on systems that do not use the search path. */
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

const executable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The full Chromium of Playwright, where it was downloaded; its headless shell has no WebGPU. */
const playwrightBrowser = (): string | undefined => {
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
};

const systemBrowser = (): string | undefined => {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [...commands.flatMap((command) => folders.map((folder) => join(folder, command))), ...applications];
  return candidates.find(executable);
};

const installed = (): string | undefined => playwrightBrowser() ?? systemBrowser();

interface Step {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly minutes: number;
}

const isRoot = (): boolean => process.getuid?.() === 0;

/** Debian itself: Ubuntu's package of this name only points to a snap. */
const isDebian = (): boolean => {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8')) && existsSync('/usr/bin/apt-get');
  } catch {
    return false;
  }
};

/** Ways to get a browser, each a few steps; the one that fails fastest or is surest first. */
const installations = (): readonly (readonly Step[])[] => {
  const playwright = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  const withLibraries = isRoot() && process.platform === 'linux' ? ['--with-deps'] : [];
  const download: Step[] = [
    { command: process.execPath, arguments: [playwright, 'install', ...withLibraries, '--no-shell', 'chromium'], minutes: 10 },
  ];
  const debian: Step[] = [
    { command: 'apt-get', arguments: ['update'], minutes: 5 },
    { command: 'apt-get', arguments: ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'], minutes: 10 },
  ];
  return isRoot() && isDebian() ? [debian, download] : [download];
};

/** Runs one step with its output on standard error; what went wrong, or nothing. */
const perform = (step: Step): string | undefined => {
  const line = `${step.command} ${step.arguments.join(' ')}`;
  process.stderr.write(`kernelsheet: ${line}\n`);
  const done = spawnSync(step.command, step.arguments, {
    stdio: ['ignore', 2, 2],
    timeout: step.minutes * 60_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (done.error) return `${line}: ${done.error.message}`;
  return done.status === 0 ? undefined : `${line}: ended with ${done.status ?? done.signal ?? 'a signal'}`;
};

/**
 * The path of a Chrome or Chromium that has WebGPU: `KERNELSHEET_BROWSER`, else Playwright's own, else the system's, else
 * one that is installed now (Debian's package when root there, otherwise Playwright's download).
 *
 * @throws Problem when the given path is not an executable, or nothing could be found or installed.
 */
export const findBrowser = (): string => {
  const given = process.env.KERNELSHEET_BROWSER;
  if (given !== undefined && given !== '') {
    if (executable(given)) return given;
    throw new Problem(`KERNELSHEET_BROWSER: expected the path of a Chrome or Chromium, got "${given}", which cannot be run`);
  }
  const found = installed();
  if (found !== undefined) return found;
  process.stderr.write('kernelsheet: no Chrome or Chromium found, installing one\n');
  const failures: string[] = [];
  for (const steps of installations()) {
    let failure: string | undefined;
    for (const step of steps) failure ??= perform(step);
    const browser = installed();
    if (browser !== undefined) return browser;
    failures.push(failure ?? 'installed, but no browser was found afterwards');
  }
  throw new Problem(
    `no Chrome or Chromium with WebGPU was found or could be installed (${failures.join('; ')}). ` +
      'Install one, or set KERNELSHEET_BROWSER to the path of one',
  );
};

/**
 * What the browser must be told to have WebGPU without a screen. Without a GPU it then uses SwiftShader.
 * Chromium refuses its sandbox to root.
 */
export const browserArguments = (): string[] => [
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  ...(process.platform === 'linux' ? ['--enable-features=Vulkan'] : []),
  ...(isRoot() ? ['--no-sandbox'] : []),
];
