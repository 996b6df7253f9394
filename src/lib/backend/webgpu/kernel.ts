import tgpu from 'typegpu';
import * as d from 'typegpu/data';
import type { Row } from './rows';

type Scalar = typeof d.u32 | typeof d.i32 | typeof d.f32;
type Element = Scalar | typeof d.vec4f | Row;

/** A compute kernel: WGSL, the arrays it is bound to and the scalars it is given. See `README.md` on adding one. */
export interface Kernel<Name extends string = string, Binding extends string = string> {
  readonly name: string;
  /** WGSL with every `layout.$.x` and constant put in; pipelines are cached by it. */
  readonly source: string;
  /** `numbers`: how many of them an element of the array is. */
  readonly bindings: readonly { readonly name: Binding; readonly writable: boolean; readonly numbers: number }[];
  /** The scalars of the uniform struct, each at its byte. */
  readonly parameters: readonly {
    readonly name: Name | `${Binding}Offset` | `${Binding}Stride`;
    readonly type: 'u32' | 'i32' | 'f32';
    readonly byte: number;
  }[];
}

export interface KernelDefinition<Name extends string, Read extends string, Write extends string> {
  readonly name: string;
  /** Files of WGSL, joined in order; the last has the entry point `main`. */
  readonly sources: readonly string[];
  readonly reads: readonly Read[];
  readonly writes: readonly Write[];
  /** Element types of bindings that are not f32. */
  readonly types?: Partial<Record<Read | Write, Element>>;
  /** Structs that the WGSL speaks of by name. */
  readonly structs?: Readonly<Record<string, Row>>;
  readonly parameters: Record<Name, Scalar>;
  /** Named constants of the WGSL (tile sizes…): `NAME` in the text becomes the number. */
  readonly constants?: Readonly<Record<string, number>>;
}

const cache = new Map<string, Kernel>();

/**
 * Resolves a kernel with TypeGPU: `layout.$.a` becomes the array bound as `a`, `layout.$.parameters` the uniform struct.
 * Besides the given scalars the struct has `aOffset` (first element) and `aStride` (elements from one batch entry to the
 * next, 0 for a broadcast one) for every binding `a`; the dispatch fills them. Elements are those of the binding's type.
 */
export function defineKernel<Name extends string, Read extends string, Write extends string>(
  definition: KernelDefinition<Name, Read, Write>,
): Kernel<Name, Read | Write> {
  const constants = definition.constants ?? {};
  const key = `${definition.name} ${JSON.stringify(constants)}`;
  const known = cache.get(key);
  if (known) return known as Kernel<Name, Read | Write>;
  const elementOf = (name: Read | Write): Element => definition.types?.[name] ?? d.f32;
  const bindings = [
    ...definition.reads.map((name) => ({ name, writable: false, numbers: d.sizeOf(elementOf(name)) / 4 })),
    ...definition.writes.map((name) => ({ name, writable: true, numbers: d.sizeOf(elementOf(name)) / 4 })),
  ];
  const scalars: Record<string, Scalar> = { ...definition.parameters };
  for (const { name } of bindings) {
    scalars[`${name}Offset`] = d.u32;
    scalars[`${name}Stride`] = d.u32;
  }
  const Parameters = d.struct(scalars);
  const storage = Object.fromEntries(
    bindings.map(({ name, writable }) => [
      name,
      { storage: d.arrayOf(elementOf(name)), access: writable ? ('mutable' as const) : ('readonly' as const) },
    ]),
  );
  const layout = tgpu.bindGroupLayout({ parameters: { uniform: Parameters }, ...storage }).$idx(0);
  const text = Object.entries(constants).reduce(
    (wgsl, [name, value]) => wgsl.replace(new RegExp(`\\b${name}\\b`, 'g'), String(value)),
    definition.sources.join('\n'),
  );
  const kernel: Kernel<Name, Read | Write> = {
    name: definition.name,
    source: tgpu.resolve({ template: text, externals: { layout, ...definition.structs }, names: 'random' }),
    bindings,
    parameters: Object.entries(scalars).map(([name, scalar]) => ({
      name: name as Name,
      type: scalar.type,
      byte: d.memoryLayoutOf(Parameters, (parameters) => parameters[name]).offset,
    })),
  };
  cache.set(key, kernel);
  return kernel;
}
