// What the bench and the command line use of webgpu (Dawn for Node). Its own declarations bring another @webgpu/types into the whole program.

export const globals: object;
export function create(options: readonly string[]): GPU;
