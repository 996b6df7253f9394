import { chromium, type Browser } from '@playwright/test';
import { browserArguments, findBrowser } from '../../src/cli/browser';

/** Headless with WebGPU on whatever adapter there is, a software one included. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findBrowser(), args: [...browserArguments(), '--mute-audio'] });
