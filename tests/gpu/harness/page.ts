import type { Run } from './place';
import { runSuite } from './suites';

declare global {
  interface Window {
    runSuite?: Run;
  }
}

window.runSuite = runSuite;
document.documentElement.dataset['ready'] = 'true';
