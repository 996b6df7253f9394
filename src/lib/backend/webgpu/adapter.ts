import { Problem } from '$lib/base/problem';

/** An adapter as it is told: its name in lower case, e.g. `google swiftshader`, and whether it is software. */
export interface AdapterFacts {
  readonly name: string;
  readonly software: boolean;
}

/** What the machine offers, read once from the adapter. */
export interface GpuDevice extends AdapterFacts {
  readonly device: GPUDevice;
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

const factsOf = ({ info }: GPUAdapter): AdapterFacts => {
  const name = describe(info);
  const everything = `${name} ${info.description} ${info.device}`.toLowerCase();
  return { name, software: info.isFallbackAdapter || softwareNames.test(everything) };
};

/** The high-performance adapter of `gpu`. Without WebGPU, or without an adapter, a `Problem` returned as a value. */
const requestAdapter = async (gpu: GPU | undefined): Promise<GPUAdapter | Problem> => {
  if (!gpu) return new Problem('WebGPU: this browser does not offer it');
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    return adapter ?? new Problem('WebGPU: the browser offers it but has no adapter on this machine');
  } catch (error) {
    return new Problem(`WebGPU: the browser refused an adapter (${error instanceof Error ? error.message : String(error)})`);
  }
};

/** Which adapter `requestDevice` would take; no device is made. */
export async function findAdapter(gpu: GPU | undefined): Promise<AdapterFacts | Problem> {
  const adapter = await requestAdapter(gpu);
  return adapter instanceof Problem ? adapter : factsOf(adapter);
}

/**
 * Asks `gpu` for its high-performance adapter and a device with that adapter's limits.
 * A browser without WebGPU, or without an adapter, is a `Problem` returned as a value: the caller falls back to another engine.
 */
export async function requestDevice(gpu: GPU | undefined): Promise<GpuDevice | Problem> {
  const adapter = await requestAdapter(gpu);
  if (adapter instanceof Problem) return adapter;
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
  return {
    device,
    ...factsOf(adapter),
    largestBinding: Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize),
  };
}
