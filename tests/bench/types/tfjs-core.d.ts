// What the bench uses of @tensorflow/tfjs-core. Its own declarations bring an old @webgpu/types into the whole program.

export interface Tensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}

export function enableProdMode(): void;
export function setBackend(name: string): Promise<boolean>;
export function getBackend(): string;
export function backend(): unknown;
export function removeBackend(name: string): void;
export function tensor2d(values: Float32Array, shape: [number, number]): Tensor;
export function matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
export function tanh(a: Tensor): Tensor;
export function square(a: Tensor): Tensor;
export function add(a: Tensor, b: Tensor): Tensor;
export function sub(a: Tensor | number, b: Tensor): Tensor;
export function mul(a: Tensor, b: Tensor | number): Tensor;
export function clone(a: Tensor): Tensor;
/** Gives back what `work` made, but for what it returns. */
export function tidy<T>(work: () => T): T;
export function dispose(tensors: Tensor | Tensor[]): void;
