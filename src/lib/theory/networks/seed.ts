/** The seed of network `index` of a point: two points share networks only where they share their seed. */
export const seedOf = (seed: number, index: number): number => (seed % 2 ** 32) + index * 2 ** 32;
