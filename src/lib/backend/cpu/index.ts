export { createCpuBackend, type CpuOptions } from './backend';
