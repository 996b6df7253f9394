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
