// What the bench uses of @tensorflow/tfjs-backend-webgpu, see tfjs-core.d.ts.

export class WebGPUBackend {
  readonly device: GPUDevice;
  endComputePassEncoder(): void;
  submitQueue(): void;
}
