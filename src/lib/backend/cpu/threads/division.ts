import { Mean } from './mean';

type Way = 'shared' | 'alone';

/** What is known of one kind of job; times in milliseconds. */
interface Kind {
  /** How it is done at present. */
  way: Way;
  readonly means: Record<Way, Mean>;
  /** Time of shared jobs over what the calling thread would have taken alone, by its own part of them. */
  readonly ratio: Mean;
  /** Times of a trial of the other way that is under way. */
  tried: readonly number[] | undefined;
  /** Time until the next trial. */
  wait: number;
  /** How many trials there were, and the shortest job. */
  trials: number;
  least: number;
}

/** Most jobs of a trial, and the time after which it ends earlier. */
const trial = { jobs: 4, milliseconds: 5 };
/** Trials may cost this part of the time of all jobs. */
const price = 1 / 40;
/** Least time between trials, the first and the last; each is twice the one before. For longer jobs it begins with the time of a trial. */
const pauses = { first: 1, last: 200 };
/** No trial waits for more of these pauses, so that what was learnt by ill luck from the first jobs is soon corrected. */
const mostPauses = 32;
/** The most that these pauses are multiplied with, and what is hoped divided by, where kind after kind was slower when shared. */
const mostDoubt = 64;
/** What is hoped of sharing: the part of the time alone that it takes, which counts as much as some jobs. */
const hope = { part: 0.6, jobs: 4 };
/** The other way is taken when it is this much faster. */
const gain = 0.9;
/** Kinds of jobs that are remembered. */
const mostKinds = 500;

const other = (way: Way): Way => (way === 'shared' ? 'alone' : 'shared');

/** Jobs of a trial when each takes so long. */
const jobsOf = (milliseconds: number): number => Math.min(trial.jobs, Math.ceil(trial.milliseconds / milliseconds));

/**
 * Decides job by job whether threads share it, by what it took before. On a machine with other work a thread that has a part of a job may have
 * to wait for a core, and all others for it: sharing can then take longer than one thread alone. Jobs of one kind are the same work, so that
 * their times tell. The other way is tried again now and then, more seldom the more a trial costs. Before the first trial, what a job would
 * take alone is guessed.
 */
export class Division {
  readonly #kinds = new Map<string, Kind>();
  /** Grows with every kind that is found slower when shared: the machine has other work, and so other kinds are not tried as soon. */
  #doubt = 1;

  /** Whether threads are to share the next job of this kind. */
  isShared(kind: string): boolean {
    const known = this.#kinds.get(kind);
    if (!known) return true;
    return (known.tried ? other(known.way) : known.way) === 'shared';
  }

  /**
   * Tells what the job took for which `isShared` was asked last. Of a shared job also what it might have taken `alone`: the time of the calling
   * thread's own part, times the whole over that part.
   */
  tell(kind: string, milliseconds: number, alone?: number): void {
    const known = this.#kinds.get(kind);
    // A first job, that finds no compiled code and the other threads asleep, is counted for nothing.
    if (!known) this.#meet(kind);
    else if (known.tried) this.#try(known, [...known.tried, milliseconds]);
    else this.#learn(known, milliseconds, alone);
  }

  #learn(known: Kind, milliseconds: number, alone: number | undefined): void {
    known.least = Math.min(known.least, milliseconds);
    // A first trial may take twice as long as the same jobs shared.
    if (known.means.shared.count === 0) known.wait = this.#pauseOf(known) / price;
    if (alone !== undefined && alone > 0) known.ratio.add(milliseconds / alone);
    known.means[known.way].add(milliseconds);
    known.wait -= milliseconds;
    if (this.#otherIsFaster(known)) {
      if (known.way === 'shared') this.#doubt = Math.min(2 * this.#doubt, mostDoubt);
      this.#turn(known);
    } else if (known.wait <= 0) known.tried = [];
  }

  #try(known: Kind, times: readonly number[]): void {
    const whole = times.reduce((sum, time) => sum + time, 0);
    known.tried = times;
    if (times.length < trial.jobs && whole < trial.milliseconds) return;
    // The first of several short jobs finds the other threads asleep and does not count.
    const mean = new Mean();
    for (const time of times.length > 1 ? times.slice(1) : times) mean.add(time);
    known.means[other(known.way)] = mean;
    known.tried = undefined;
    if (known.way === 'alone') this.#doubt = this.#otherIsFaster(known) ? 1 : Math.min(2 * this.#doubt, mostDoubt);
    known.trials += 1;
    if (this.#otherIsFaster(known)) this.#turn(known);
    else this.#rest(known);
  }

  #otherIsFaster(known: Kind): boolean {
    const rival = this.#timeOf(known, other(known.way));
    return rival !== undefined && rival < gain * known.means[known.way].value;
  }

  /** Milliseconds of a job done this way, measured or guessed. */
  #timeOf({ means, ratio }: Kind, way: Way): number | undefined {
    if (way === 'alone' && means.alone.count === 0) return means.shared.value / ratio.value;
    return means[way].count > 0 ? means[way].value : undefined;
  }

  #pauseOf({ least, trials }: Kind): number {
    const first = Math.max(pauses.first, jobsOf(least) * least);
    return Math.max(first, Math.min(first * 2 ** trials, pauses.last));
  }

  #turn(known: Kind): void {
    known.way = other(known.way);
    this.#rest(known);
  }

  /** Sets the time until the next trial, by what it will cost more than the present way. */
  #rest(known: Kind): void {
    const [present = 0, rival = present] = [known.way, other(known.way)].map((way) => this.#timeOf(known, way));
    const cost = jobsOf(rival) * (rival - present);
    const pause = this.#pauseOf(known);
    known.wait = Math.min(mostPauses * this.#doubt * pause, Math.max(pause, cost / price));
  }

  #meet(kind: string): void {
    if (this.#kinds.size >= mostKinds) this.#kinds.clear();
    const means = { shared: new Mean(), alone: new Mean() };
    const ratio = new Mean(hope.part, hope.jobs / this.#doubt);
    this.#kinds.set(kind, { way: 'shared', means, ratio, tried: undefined, wait: Infinity, trials: 0, least: Infinity });
  }
}
