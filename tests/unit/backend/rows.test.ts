import * as d from 'typegpu/data';
import { describe, expect, it } from 'vitest';
import { idleStage, stagesOf } from '$lib/backend/chebyshev';
import { FlowRow } from '$lib/backend/webgpu/network/flow-kernels';
import { DescentPoint } from '$lib/backend/webgpu/network/descent-sizes';
import { ParticlePoint } from '$lib/backend/webgpu/network/particle-sizes';
import { numbersIn, packRows, type Row } from '$lib/backend/webgpu/rows';

/** The number that TypeGPU's layout puts where a shader reads the field. */
const fieldOf = <R extends Row>(row: R, packed: Float32Array, index: number, field: (fields: d.Infer<R>) => unknown): number | undefined =>
  packed[index * numbersIn(row) + d.memoryLayoutOf(row, field).offset / 4];

describe('rows packed for shaders', () => {
  it('put every field of a point where its struct has it, in whatever order it is given', () => {
    const points = [
      { temperature: 5, gain: 4, spread: 3, decay: 2, centre: 1 },
      { centre: 6, decay: 7, spread: 8, gain: 9, temperature: 10 },
    ];
    const packed = packRows(ParticlePoint, points);
    expect(packed).toHaveLength(10);
    points.forEach((point, i) => {
      expect(fieldOf(ParticlePoint, packed, i, (row) => row.centre)).toBe(point.centre);
      expect(fieldOf(ParticlePoint, packed, i, (row) => row.gain)).toBe(point.gain);
      expect(fieldOf(ParticlePoint, packed, i, (row) => row.temperature)).toBe(point.temperature);
    });
    expect(numbersIn(DescentPoint)).toBe(7);
  });

  it('put the fields of structs in a struct where WGSL has them', () => {
    const [stage = idleStage] = stagesOf([{ dt: 0.25, stages: 3 }], 0.5, 2);
    const rows = [idleStage, stage].map((each) => ({ ...each, outputScale: 0.125, gamma: 8, centre: 0.75 }));
    const packed = packRows(FlowRow, rows);
    expect(fieldOf(FlowRow, packed, 1, (row) => row.kind)).toBe(1);
    expect(fieldOf(FlowRow, packed, 1, (row) => row.weights.force)).toBe(Math.fround(stage.weights.force));
    expect(fieldOf(FlowRow, packed, 1, (row) => row.readout.start)).toBe(Math.fround(stage.readout.start));
    expect(fieldOf(FlowRow, packed, 1, (row) => row.outputScale)).toBe(0.125);
    expect(fieldOf(FlowRow, packed, 1, (row) => row.centre)).toBe(0.75);
    expect(fieldOf(FlowRow, packed, 0, (row) => row.weights.start)).toBe(1);
  });

  it('throw where a field is missing', () => {
    const row = d.struct({ a: d.f32, b: d.f32 });
    const half = { a: 1 } as { a: number; b: number };
    expect(() => packRows(row, [half])).toThrow('a row without b');
  });
});
