/** What is known of the parts that a pipeline is made of: they are opaque otherwise. */
type Texts = WeakMap<object, string>;

const textOf = (texts: Texts, part: object | undefined): string => {
  const text = part && texts.get(part);
  if (text === undefined) throw new Error('a pipeline is made of what this device did not make');
  return text;
};

const pipelineKey = (texts: Texts, { layout, compute }: GPUComputePipelineDescriptor): string => {
  if (layout === 'auto') throw new Error('the layouts of pipelines are given');
  return JSON.stringify([textOf(texts, layout), textOf(texts, compute.module), compute.entryPoint, compute.constants]);
};

/** Makes `device` compile no shader twice, and outlive those who use it: `destroy` is left to whoever made it. */
function share(device: GPUDevice): void {
  const texts: Texts = new WeakMap();
  const pipelines = new Map<string, GPUComputePipeline>();
  const module = device.createShaderModule.bind(device);
  const group = device.createBindGroupLayout.bind(device);
  const layout = device.createPipelineLayout.bind(device);
  const pipeline = device.createComputePipeline.bind(device);
  const later = device.createComputePipelineAsync.bind(device);
  const told = <T extends object>(part: T, text: string): T => {
    texts.set(part, text);
    return part;
  };
  const own = {
    destroy: () => undefined,
    createShaderModule: (given) => told(module(given), given.code),
    createBindGroupLayout: (given) => told(group(given), JSON.stringify(given.entries)),
    createPipelineLayout: (given) =>
      told(layout(given), JSON.stringify([...given.bindGroupLayouts].map((part) => textOf(texts, part ?? undefined)))),
    createComputePipeline: (given) => {
      const key = pipelineKey(texts, given);
      const made = pipelines.get(key) ?? pipeline(given);
      pipelines.set(key, made);
      return made;
    },
    createComputePipelineAsync: async (given) => {
      const key = pipelineKey(texts, given);
      const made = pipelines.get(key) ?? (await later(given));
      pipelines.set(key, made);
      return made;
    },
  } satisfies Partial<GPUDevice>;
  for (const [name, value] of Object.entries(own)) Object.defineProperty(device, name, { value });
}

interface Shared {
  readonly adapter: GPUAdapter;
  readonly end: () => void;
}

async function start(): Promise<Shared | null> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return null;
  let made: Promise<GPUDevice> | undefined;
  let end = (): void => undefined;
  const request = adapter.requestDevice.bind(adapter);
  const device = async (given?: GPUDeviceDescriptor): Promise<GPUDevice> => {
    const one = await request(given);
    end = one.destroy.bind(one);
    share(one);
    return one;
  };
  Object.defineProperty(adapter, 'requestDevice', { value: (given?: GPUDeviceDescriptor) => (made ??= device(given)) });
  return { adapter, end: () => end() };
}

let current: Promise<Shared | null> | undefined;

/**
 * The WebGPU of the suites: every backend made of it has memory, submissions and faults of its own, on one device of the page. A software
 * adapter takes longer to compile shaders than to run most suites, and what a shader compiles to does not depend on who asks for it.
 */
export const sharedGpu = {
  requestAdapter: async () => (await (current ??= start()))?.adapter ?? null,
} as GPU;

/** Gives up the device, with all that is on it: the next backend has a new one. */
export async function endSharedDevice(): Promise<void> {
  const ending = current;
  current = undefined;
  (await ending?.catch(() => null))?.end();
}
