import type { Sheet } from '$lib/sheet/document';
import type { CellKind } from '../cell-kind';
import { CellCompiler, type Output } from './cell-compiler';
import { Names } from './names';
import { placeOfSpan, type Program } from './program';

/** Turns the cells of a sheet into nodes of the graph. */
export const compile = (sheet: Sheet, kinds: ReadonlyMap<string, CellKind>): Program => {
  const names = new Names(sheet);
  const output: Output = { text: sheet.text, nodes: [], places: new Map() };
  const cells = new Map(sheet.cells.map((cell) => [cell.key, new CellCompiler(cell, names, kinds, output).compile()]));
  return {
    nodes: output.nodes,
    cells,
    placeOf: (id, problem) => {
      const at = output.places.get(id);
      const [first] = problem.path;
      const span = (first === undefined ? undefined : at?.inputs.get(first)) ?? at?.span ?? { from: 0, to: 1 };
      return problem.place ?? placeOfSpan(sheet.text, span);
    },
  };
};
