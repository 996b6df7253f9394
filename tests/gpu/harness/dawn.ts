import { create, globals } from 'webgpu';

// What a page finds there, for the suites that are run in Node.
Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });

export { runSuite } from './suites';
