import { outputsAreOff, spotVerdict, type Spot } from '$lib/theory/bayes/conditional/spot';
import { wholePercent } from '$lib/theory/common/percent';

/** Multiplications that looks at the targets of one batch may take beyond the free one. */
const budget = 5e7;

/** Looks that may be taken for the one that tells, whatever they cost: time has a bound where none does. */
const mostFree = 3;

const mayBeWrong = 'the result may be wrong by several per cent';
const errorsMayBeWrong = 'its errors may be wrong by a factor of several';
const seldom = 'the particles, which seldom cross from well to well';

/** What differs: kernels, and outputs where they differ by more than noise. */
const apartText = ({ off, outputs }: Spot, who: string): string =>
  `a kernel ${wholePercent(off)} apart from that of ${who}${outputsAreOff(outputs) ? `, and outputs ${wholePercent(outputs.off)} of the labels` : ''}`;

const consequence = (spots: readonly Spot[]): string =>
  spots.some(({ outputs }) => outputsAreOff(outputs)) ? errorsMayBeWrong : mayBeWrong;

/** What a reader must be told of a target that was looked at. */
function ownText(spot: Spot): string | undefined {
  const verdict = spotVerdict(spot);
  if (verdict === 'right') return undefined;
  return verdict === 'wrong'
    ? `weighted samples of the law under this Δ have ${apartText(spot, seldom)}: ${consequence([spot])}`
    : `weighted samples of the law under this Δ cannot check ${seldom}: only ${wholePercent(spot.counting)} of the samples count, and ${mayBeWrong}`;
}

/** And of one that was not. Points are looked at from the strongest force on: where a look found nothing wrong, weaker ones are taken to be right. */
function otherText(spots: readonly Spot[]): string | undefined {
  const wrong = spots.filter((spot) => spotVerdict(spot) === 'wrong');
  const worst = wrong.toSorted((a, b) => (b.outputs?.off ?? 0) - (a.outputs?.off ?? 0) || b.off - a.off)[0];
  if (worst)
    return `not checked by weighted samples, which at another point of the sweep have ${apartText(worst, 'the particles')}: ${consequence(wrong)}`;
  if (spots.every((spot) => spotVerdict(spot) === 'unknown'))
    return `not checked by weighted samples, of which too few count at other points of the sweep: ${mayBeWrong}`;
  return undefined;
}

/**
 * Looks at the targets of one batch, given the multiplications that each takes, those under the strongest force first: one that tells whatever it
 * costs, and more as long as there is room. What readers must be told of each; undefined where that is nothing.
 */
export async function lookAt(works: readonly number[], look: (index: number) => Promise<Spot>): Promise<(string | undefined)[]> {
  const spots = new Map<number, Spot>();
  let spent = 0;
  let free = mostFree;
  for (const [index, work] of works.entries()) {
    if (free === 0 && spent + work > budget) continue;
    const spot = await look(index);
    spots.set(index, spot);
    if (free === 0 || spotVerdict(spot) !== 'unknown') spent += work;
    free = spotVerdict(spot) === 'unknown' ? Math.max(0, free - 1) : 0;
  }
  const other = otherText([...spots.values()]);
  return works.map((_, index) => {
    const spot = spots.get(index);
    return spot ? ownText(spot) : other;
  });
}
