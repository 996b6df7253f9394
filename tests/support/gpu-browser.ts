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

/** Headless with WebGPU on whatever adapter there is, a software one included; `composited`: on SwiftShader, canvases too. */
export const launchBrowser = (composited = false): Promise<Browser> =>
  chromium.launch({
    executablePath: findBrowser(),
    args: [...browserArguments(), '--mute-audio', ...(composited ? compositor : [])],
  });
