import type { Backend } from '$lib/backend/backend';
import { Problem } from '$lib/base/problem';
import { turn } from '$lib/base/turn';
import type { FileSource } from '$lib/data/dataset';
import type { NamedArray } from '$lib/data/npy';
import { isGap, type Gapped } from '$lib/graph/gap';
import { hasStandIn } from '$lib/graph/stand-in';
import type { ComputeContext, Field, Kind } from '$lib/graph/kind';
import type { Ensembles } from './ensembles';
import { readParameter, type Parameters, type Parsed } from './parameter';
import { soundField, soundValue } from './sound';
import { summarise } from './summary';
import type { View, ViewRequest } from './view';

/** What computations may use besides their inputs. */
export interface Services {
  /** Where results are computed. */
  readonly backend: Backend;
  /** Settles when `backend` has compiled what a first sheet wants of it; absent when there is nothing to wait for. Never rejects. */
  readonly ready?: Promise<void>;
  readonly files: FileSource;
  /** Networks that may be trained on. */
  readonly ensembles: Ensembles;
}

/** Which of many arrays are asked for: a point of the sweep, and one of its networks (all of them, stacked, when not given). */
export interface ArrayChoice {
  readonly point: number;
  readonly network?: number;
}

export type Purpose = 'input' | 'data' | 'theory' | 'network' | 'view' | 'check' | 'function';

/** What a kind is: data plus one function. `Value` is what `compute` makes of one point. */
export interface CellKindDefinition<P extends Parameters, Value> {
  readonly name: string;
  /** Raised when the same parameters come to mean another result, so that what was kept before is not used; 1 when not given. */
  readonly version?: number;
  readonly purpose: Purpose;
  readonly meaning: string;
  readonly example: string;
  /** The type of its value, where other kinds can take it as a parameter: it offers them to be wired to it. */
  readonly makes?: string;
  /** What the palette offers, in this order; one of the kind's own name with the example when not given. */
  readonly recipes?: readonly Recipe[];
  /** KaTeX, shown in the inspector. */
  readonly equations?: readonly string[];
  /** Parameters that may be given without their name, in order; the last may take many when `variadic`. */
  readonly positional: readonly (keyof P & string)[];
  readonly variadic?: boolean;
  readonly parameters: P;
  /** The parameter that says, or whose value knows, which theory its parameters are read by. */
  readonly theoryFrom?: keyof P & string;
  readonly yields?: 'axis' | 'field';
  readonly graded?: boolean;
  /** Expensive: scheduled last, and never computed from coarse results (`graph/kind.ts`). */
  readonly deferred?: boolean;
  /** Stand-ins for its inputs do (`graph/kind.ts`). */
  readonly standIns?: boolean;
  /** Inputs that the result goes on referring to (`graph/kind.ts`). Not given: none, for most results are numbers of their own. */
  readonly keeps?: 'all' | readonly (keyof P & string)[];
  compute(
    points: readonly Parsed<P>[],
    context: ComputeContext,
    services: Services,
  ): Promise<readonly (Value | Problem)[]> | readonly (Value | Problem)[];
  digest?(value: Value): string | undefined;
  /** Bytes that the value at a point will hold, of kinds whose values have a limit together (`graph/kind.ts`). */
  needs?(given: Parsed<P>): number;
  bytes?(value: Value): number;
  dispose?(value: Value): void;
  view?(field: Gapped<Value>, request: ViewRequest, services: Services): Promise<View> | View;
  /** What it looks like while it is computed: of what `compute` gave to `context.show`. */
  live?(partial: unknown, request: ViewRequest): View;
  /** Its arrays, for files: whatever is more than the named numbers of a value. Not asked for where the point chosen is a gap. */
  arrays?(field: Field<Value>, choice: ArrayChoice, services: Services): Promise<readonly NamedArray[]>;
}

/** A formula to begin with. Cells it names are replaced by those of the sheet; what cannot be is left out or made in place. */
export interface Recipe {
  /** What the new cell is called, if that name is free. */
  readonly name: string;
  readonly formula: string;
  /** Where it differs from that of the kind. */
  readonly meaning?: string;
}

/** A kind with its types forgotten, as registries hold it. */
export interface CellKind {
  readonly name: string;
  readonly purpose: Purpose;
  readonly meaning: string;
  readonly example: string;
  readonly makes: string | undefined;
  readonly recipes: readonly Recipe[];
  readonly equations: readonly string[];
  readonly positional: readonly string[];
  readonly variadic: boolean;
  readonly parameters: Parameters;
  readonly theoryFrom: string | undefined;
  readonly yields: 'axis' | 'field' | undefined;
  view(field: Field, request: ViewRequest, services: Services): Promise<View>;
  live(partial: unknown, request: ViewRequest): View;
  arrays(field: Field, choice: ArrayChoice, services: Services): Promise<readonly NamedArray[]>;
  /** The graph's view of it, bound to the services it computes with. */
  bind(services: Services): Kind;
}

const parse = <P extends Parameters>(parameters: P, inputs: Readonly<Record<string, unknown>>): Parsed<P> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, readParameter(name, parameter, inputs[name])]),
  ) as Parsed<P>;

/** Runs `each` on every point, a Problem of one leaving the others alone. */
const settle = <T>(each: () => T): T | Problem => {
  try {
    return each();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
};

/** Makes a kind of its definition: parameters are read and checked before `compute` sees them. */
export const defineKind = <P extends Parameters, Value>(definition: CellKindDefinition<P, Value>): CellKind => {
  const namesOf = (flag: 'whole' | 'optionalItems'): string[] =>
    Object.keys(definition.parameters).filter((name) => definition.parameters[name]?.[flag]);
  return {
    name: definition.name,
    purpose: definition.purpose,
    meaning: definition.meaning,
    example: definition.example,
    makes: definition.makes,
    recipes: definition.recipes ?? [{ name: definition.name, formula: definition.example }],
    equations: definition.equations ?? [],
    positional: definition.positional,
    variadic: definition.variadic ?? false,
    parameters: definition.parameters,
    theoryFrom: definition.theoryFrom,
    yields: definition.yields,
    view: async (field, request, services) => definition.view?.(field as Gapped<Value>, request, services) ?? { type: 'none' },
    live: (partial, request) => definition.live?.(partial, request) ?? { type: 'none' },
    arrays: async (field, choice, services) =>
      isGap(field.points[choice.point]) || hasStandIn(field.points[choice.point])
        ? []
        : ((await definition.arrays?.(field as Field<Value>, choice, services)) ?? []),
    bind: (services) => ({
      name: definition.name,
      version: definition.version ?? 1,
      whole: namesOf('whole'),
      optional: namesOf('optionalItems'),
      ...(definition.yields && { yields: definition.yields }),
      graded: definition.graded ?? false,
      deferred: definition.deferred ?? false,
      standIns: definition.standIns ?? false,
      ...(definition.keeps !== 'all' && { keeps: definition.keeps ?? [] }),
      digest: (value) => definition.digest?.(value as Value),
      ...(definition.needs && {
        needs: (inputs) => {
          const given = settle(() => parse(definition.parameters, inputs));
          return given instanceof Problem ? 0 : (definition.needs?.(given) ?? 0);
        },
      }),
      bytes: (value) => definition.bytes?.(value as Value) ?? 64,
      dispose: (value) => definition.dispose?.(value as Value),
      warnings: (value) => summarise(value).warnings ?? [],
      account: () => services.backend.account?.(),
      compute: async (points, context) => {
        const parsed = points.map((point) => settle(() => parse(definition.parameters, point)));
        const good = parsed.filter((point): point is Parsed<P> => !(point instanceof Problem));
        const values = good.length > 0 ? await definition.compute(good, context, services) : [];
        const sound = definition.yields === 'field' ? soundField : soundValue;
        let next = 0;
        return parsed.map((point) => {
          if (point instanceof Problem) return point;
          const value = values[next++];
          const made = value === undefined ? value : sound(value);
          if (made instanceof Problem && made !== value) definition.dispose?.(value as Value);
          return made;
        });
      },
    }),
  };
};

/** Milliseconds of work after which points let timers and messages in, so that a stop is heard. */
const TURN = 50;

/** Computes each point on its own, its progress a share of all; a Problem thrown by one is that one's result. */
export const pointwise =
  <Inputs, Value>(compute: (inputs: Inputs, context: ComputeContext, services: Services) => Value | Promise<Value>) =>
  async (points: readonly Inputs[], context: ComputeContext, services: Services): Promise<(Value | Problem)[]> => {
    const results: (Value | Problem)[] = [];
    let since = performance.now();
    const own: ComputeContext = {
      signal: context.signal,
      quality: context.quality,
      progress: (fraction) => {
        context.progress((results.length + fraction) / points.length);
      },
      show: (partial) => {
        context.show(partial);
      },
    };
    for (const point of points) {
      try {
        results.push(await compute(point, own, services));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        results.push(error);
      }
      if (performance.now() - since > TURN) {
        await turn();
        since = performance.now();
      }
      context.signal.throwIfAborted();
      context.progress(results.length / points.length);
    }
    return results;
  };
