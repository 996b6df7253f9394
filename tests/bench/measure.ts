import type { Case, Contestant, Family, Figure, Measured, Outcome, Peer, PeerName, Prepared, Timing } from './bench';
import { peerOf, prepare, type Peers } from './peers';

/** A contestant that has taken so many milliseconds runs no more, not even a second time. */
const patience = 6000;

interface Entered {
  readonly contestant: Contestant;
  readonly peer: Peer;
  readonly prepared: Prepared;
  readonly times: number[];
  first: number;
  dispatches: number | undefined;
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

/** Largest |x − y| over the largest |y|; NaN when anything is not a number. */
const difference = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  if (x.length !== y.length) return NaN;
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < x.length; i++) {
    const apart = Math.abs((x[i] ?? NaN) - (y[i] ?? NaN));
    if (Number.isNaN(apart)) return NaN;
    worst = Math.max(worst, apart);
    scale = Math.max(scale, Math.abs(y[i] ?? NaN));
  }
  return worst === 0 ? 0 : worst / scale;
};

/** From handing over to the end of the work on the device. */
async function timed({ prepared, peer }: Pick<Entered, 'prepared' | 'peer'>): Promise<{ outcome: Outcome; time: number }> {
  const start = performance.now();
  const outcome = await prepared.run();
  await peer.settle(outcome);
  return { outcome, time: performance.now() - start };
}

/** The contestant's operands, its first run, and what that one computed. */
async function enter(contestant: Contestant, peers: Peers): Promise<(Entered & { values: ArrayLike<number> }) | undefined> {
  const peer = peerOf(peers, contestant.peer);
  const prepared = await prepare(contestant, peers);
  if (!peer || !prepared) return undefined;
  const before = peer.dispatches;
  const { outcome, time } = await timed({ prepared, peer });
  const dispatches = peer.dispatches === undefined || before === undefined ? undefined : peer.dispatches - before;
  const values = await outcome.values();
  outcome.dispose();
  return { contestant, peer, prepared, times: time > patience ? [time] : [], first: time, dispatches, values };
}

const named = ({ peer, label }: Contestant): Pick<Timing, 'peer' | 'label'> => ({ peer, ...(label !== undefined && { label }) });

/**
 * Times every contestant of a case, in turns, so that all of them meet the same load; the slow ones less often. Before that each runs once, untimed but for
 * `first`, and its result is compared with that of the first contestant: a wrong one has no time.
 */
async function measure(task: Case, peers: Peers, repetitions: number): Promise<Measured> {
  const entered: Entered[] = [];
  const failed: Timing[] = [];
  let expected: ArrayLike<number> | undefined;
  for (const contestant of task.contestants) {
    try {
      const one = await enter(contestant, peers);
      if (!one) continue;
      expected ??= one.values;
      const apart = difference(one.values, expected);
      if (!(apart <= task.tolerance)) throw new Error(`its result is ${apart.toExponential(1)} away from the first one's`);
      entered.push(one);
    } catch (error) {
      failed.push({ ...named(contestant), median: NaN, least: NaN, first: NaN, failure: message(error) });
    }
  }
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const one of entered) {
      if (one.first + one.times.reduce((sum, time) => sum + time, 0) > patience && one.times.length > 0) continue;
      const { outcome, time } = await timed(one);
      outcome.dispose();
      one.times.push(time);
    }
  }
  for (const { prepared } of entered) prepared.dispose();
  const timings = entered.map(({ contestant, times, first, dispatches }) => ({
    ...named(contestant),
    median: median(times),
    least: Math.min(...times),
    first,
    ...(dispatches !== undefined && { dispatches }),
  }));
  return { name: task.name, ...(task.operations !== undefined && { operations: task.operations }), timings: [...timings, ...failed] };
}

/** Runs families of cases one after the other, and works out what is promised of them. */
export async function measureAll(
  families: readonly Family[],
  peers: Peers,
  repetitions: number,
  tell: (what: string) => void,
): Promise<{ cases: Measured[]; figures: Figure[] }> {
  const cases: Measured[] = [];
  for (const family of families) {
    for (const make of family.cases) {
      const task = make();
      tell(`${family.name}: ${task.name}`);
      cases.push(await measure(task, peers, repetitions));
    }
  }
  const timingOf = (name: string, peer: PeerName, label?: string): Timing | undefined =>
    cases.find((one) => one.name === name)?.timings.find((timing) => timing.peer === peer && timing.label === label);
  const medianOf = (name: string, peer: PeerName, label?: string): number => timingOf(name, peer, label)?.median ?? NaN;
  const figures = families.flatMap((family) => family.figures?.(medianOf, timingOf) ?? []);
  return { cases, figures: figures.filter(({ value }) => !Number.isNaN(value)) };
}
