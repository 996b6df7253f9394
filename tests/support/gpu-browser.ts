import { chromium, type Browser } from '@playwright/test';
import { browserArguments, findBrowser } from '../../src/cli/browser';

/**
 * A compositor on SwiftShader's Vulkan: without it a headless Chromium with no GPU cannot take pictures from WebGPU canvases
 * (and loses the device at the first).
 */
const compositor = [
  '--enable-gpu',
  '--ignore-gpu-blocklist',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

/**
 * What the browser is to leave. Every window of a headless Chromium otherwise loads the popups of an address bar that nobody sees, as two
 * pages of their own: as much work for the processor as a page of ours. The first names are those that Playwright turns off: of several
 * lists Chromium takes the last.
 */
export const unseen = `--disable-features=${[
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable'],
  ...['LensOverlay', 'MediaRouter', 'PaintHolding', 'ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect'],
  ...['OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch'],
  ...['WebUIOmniboxPopup', 'WebUIOmniboxFullPopup', 'WebUIOmniboxAimPopup', 'PreloadTopChromeWebUI'],
].join()}`;

/** Headless with WebGPU on whatever adapter there is, a software one included; `composited`: on SwiftShader, canvases too. */
export const launchBrowser = (composited = false): Promise<Browser> =>
  chromium.launch({
    executablePath: findBrowser(),
    args: [...browserArguments(), unseen, '--mute-audio', ...(composited ? compositor : [])],
  });
