import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Suites of `tests/unit` that take the longest, in this order: begun last, one of them would run on alone when all others have ended. */
export const longest = [
  'gallery/gallery',
  'theory/coupled/target',
  'theory/yields',
  'theory/deep-target/particles',
  'theory/bayes-particles',
  'theory/flow-particles',
  'sweep/batches',
  'theory/strata/three-directions',
  'theory/chain-laws',
  'data/slices',
  'ui/follow',
  'theory/bayes-wells',
  'theory/networks/langevin',
  'theory/deep-target/health',
  'theory/networks/agreement',
  'sweep/command',
  'theory/networks/deep-langevin',
  'theory/span/span',
];

/**
 * Suites with a process of their own: they put something in the place of a module or of a global, or they count the bytes of their process. Of the
 * longest the start is a small part.
 */
export const alone = [
  'base/turn',
  'cells/toy-theory',
  'data/mutations',
  'fuzz/mutations',
  'sheet/share',
  'ui/set-aside-drafts',
  'ui/draw-in-turn',
  ...longest,
];

const rank = ({ moduleId }: TestSpecification): number => {
  const at = longest.findIndex((name) => moduleId.endsWith(`/tests/unit/${name}.test.ts`));
  return at < 0 ? longest.length : at;
};

/** Begins with the suites that take the longest; the others in Vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
