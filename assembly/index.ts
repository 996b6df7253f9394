export { useScratch, heapBase } from './common/scratch';
export { combine } from './elementwise/combine';
export { evaluate } from './math/functions';
export { normals } from './math/normals';
export { descend } from './network/descent';
export { features } from './network/feature-rows';
export { flowMove, flowResidual, flowRows } from './network/flow';
export { particleMove, particlePush, particleSolve, particleSystem } from './network/particles';
export { packInputs } from './network/tile';
