import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Suites that take the longest, in this order: begun last, one of them would run on alone when all others have ended. */
const long = [
  'theory/bayes-particles',
  'gallery/gallery',
  'ui/follow',
  'theory/rests',
  'sweep/batches',
  'theory/flow-particles',
  'theory/bayes.',
  'coupled/target',
  'strata/three-directions',
  'networks/agreement',
];

const rank = ({ moduleId }: TestSpecification): number => {
  const at = long.findIndex((name) => moduleId.includes(name));
  return at < 0 ? long.length : at;
};

/** Begins with the suites that take the longest; the others in Vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
