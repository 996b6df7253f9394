/** WebGPU's bit flags: numbers fixed by the specification (its namespaces are no globals in Node, nor values in TypeScript's library). */
export const bufferUsage = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 } as const;
export const querySetResolve = 0x200;
export const shaderStageCompute = 0x4;
export const mapModeRead = 0x1;
