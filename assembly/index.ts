export { useScratch, heapBase } from './common/scratch';
export { combine } from './elementwise/combine';
