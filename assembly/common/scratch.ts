/** Where the scratch of this thread begins; every thread has its own instance of the module and its own part of the memory. */
export let scratch: usize = 0;

export function useScratch(address: usize): void {
  scratch = address;
}

/** The first address that no constant of the module takes. */
export function heapBase(): usize {
  return __heap_base;
}
