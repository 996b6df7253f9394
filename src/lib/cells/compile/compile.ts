import { Problem } from '$lib/base/problem';
import { atOnce, stretches, type Steps } from '$lib/base/steps';
import type { Cell, Sheet } from '$lib/sheet/document';
import type { CellKind } from '../cell-kind';
import { CellCompiler, type Output } from './cell-compiler';
import { Names } from './names';
import { placeOfSpan, type CompiledCell, type Program } from './program';

/** One cell as nodes. A fault of the compiler is the problem of this cell alone. */
const compiled = (cell: Cell, names: Names, kinds: ReadonlyMap<string, CellKind>, output: Output): CompiledCell => {
  const sofar = output.nodes.length;
  try {
    return new CellCompiler(cell, names, kinds, output).compile();
  } catch (error) {
    output.nodes.splice(sofar);
    const problem = new Problem(`internal error: ${error instanceof Error ? error.message : String(error)}`);
    return new CellCompiler({ ...cell, problem }, names, kinds, output).compile();
  }
};

/** Cells that are compiled without a look up. */
const STRETCH = 32;

/** Turns the cells of a sheet into nodes of the graph. */
export const compile = (sheet: Sheet, kinds: ReadonlyMap<string, CellKind>): Program => atOnce(compiling(sheet, kinds));

/** The same in steps of some milliseconds each. */
export function* compiling(sheet: Sheet, kinds: ReadonlyMap<string, CellKind>): Steps<Program> {
  const names = new Names(sheet);
  const output: Output = { text: sheet.text, nodes: [], places: new Map() };
  const cells = new Map<string, CompiledCell>();
  yield* stretches(sheet.cells.length, STRETCH, (first, end) => {
    for (const cell of sheet.cells.slice(first, end)) cells.set(cell.key, compiled(cell, names, kinds, output));
  });
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
}
