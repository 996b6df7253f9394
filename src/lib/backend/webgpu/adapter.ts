import { Problem } from '$lib/base/problem';

/** What the machine offers, read once from the adapter. */
export interface GpuDevice {
  readonly device: GPUDevice;
  /** Lower case, e.g. `google swiftshader`. */
  readonly name: string;
  /** A software adapter: barriers and workgroup memory are ruinous there (numbers in `README.md`). */
  readonly software: boolean;
  /** Largest matrix storage in bytes: it must fit one buffer and one binding. */
  readonly largestBinding: number;
}

/** The limits asked for at the adapter's full value; all others stay at WebGPU's defaults. */
const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** Asked for where the adapter has them. */
const wantedFeatures = ['timestamp-query'] as const satisfies GPUFeatureName[];

const softwareNames = /swiftshader|llvmpipe|lavapipe|warp|basic render/;

const describe = (info: GPUAdapterInfo): string => {
  const model = info.architecture || info.description || info.device;
  return [info.vendor, model].filter(Boolean).join(' ').toLowerCase() || 'unnamed adapter';
};

/**
 * Asks `gpu` for its high-performance adapter and a device with that adapter's limits.
 * A browser without WebGPU, or without an adapter, is a `Problem` returned as a value: the caller falls back to `reference`.
 */
export async function requestDevice(gpu: GPU | undefined): Promise<GpuDevice | Problem> {
  if (!gpu) return new Problem('WebGPU: this browser does not offer it');
  let adapter: GPUAdapter | null;
  try {
    adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (error) {
    return new Problem(`WebGPU: the browser refused an adapter (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!adapter) return new Problem('WebGPU: the browser offers it but has no adapter on this machine');
  const requiredLimits: Record<string, number> = {};
  for (const limit of wantedLimits) requiredLimits[limit] = adapter.limits[limit];
  const { features } = adapter;
  const requiredFeatures = wantedFeatures.filter((feature) => features.has(feature));
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ label: 'kernelsheet', requiredLimits, requiredFeatures });
  } catch (error) {
    return new Problem(`WebGPU: the adapter gave no device (${error instanceof Error ? error.message : String(error)})`);
  }
  const name = describe(adapter.info);
  const everything = `${name} ${adapter.info.description} ${adapter.info.device}`.toLowerCase();
  return {
    device,
    name,
    software: adapter.info.isFallbackAdapter || softwareNames.test(everything),
    largestBinding: Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize),
  };
}
