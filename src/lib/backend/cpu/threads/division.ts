type Way = 'shared' | 'alone';

/** What is known of one kind of job; times in milliseconds. */
interface Kind {
  /** How it is done at present. */
  way: Way;
  /** Mean times of the present way and of the other one, as far as they are known. */
  mean: number | undefined;
  rival: number | undefined;
  /** Jobs left of a trial of the other way, and the times of those that were done. */
  left: number;
  tried: number[];
  /** Time until the next trial, and between trials. */
  wait: number;
  pause: number;
}

/** Jobs of a trial. The first finds the other threads asleep and does not count. */
const trialJobs = 4;
/** Pauses between trials: the first, the last. Each is twice the one before, so that what is learnt while code is still compiled is soon corrected. */
const pauses = { first: 1, last: 200 };
/** Weight of the last job in the mean, and how many times the mean it may count: one job that had to wait decides nothing. */
const weight = 0.05;
const most = 10;
/** The other way is taken when it is this much faster. */
const gain = 0.9;
/** Kinds of jobs that are remembered. */
const mostKinds = 500;

const other = (way: Way): Way => (way === 'shared' ? 'alone' : 'shared');

/**
 * Decides job by job whether threads share it, by what it took before. On a machine with other work a thread that has a part of a job may have
 * to wait for a core, and all others for it: sharing can then take longer than one thread alone. Jobs of one kind are the same work, so that
 * their times tell. The other way is tried again now and then.
 */
export class Division {
  readonly #kinds = new Map<string, Kind>();

  /** Whether threads are to share the next job of this kind. */
  isShared(kind: string): boolean {
    const known = this.#kinds.get(kind);
    if (!known) return true;
    return (known.left > 0 ? other(known.way) : known.way) === 'shared';
  }

  /** Tells what the job took for which `isShared` was asked last. */
  tell(kind: string, milliseconds: number): void {
    const known = this.#kindOf(kind);
    if (known.left > 0) {
      known.tried.push(milliseconds);
      known.left -= 1;
      if (known.left === 0) this.#endTrial(known);
      return;
    }
    const mean = known.mean ?? milliseconds;
    known.mean = mean + weight * (Math.min(milliseconds, most * mean) - mean);
    known.wait -= milliseconds;
    if (known.rival !== undefined && known.rival < gain * known.mean) this.#turn(known);
    else if (known.wait <= 0) known.left = trialJobs;
  }

  #endTrial(known: Kind): void {
    const counted = known.tried.slice(1);
    known.rival = counted.reduce((sum, time) => sum + time, 0) / counted.length;
    known.tried = [];
    known.pause = Math.min(2 * known.pause, pauses.last);
    known.wait = known.pause;
    if (known.mean !== undefined && known.rival < gain * known.mean) this.#turn(known);
  }

  #turn(known: Kind): void {
    known.way = other(known.way);
    [known.mean, known.rival] = [known.rival, known.mean];
  }

  #kindOf(kind: string): Kind {
    let known = this.#kinds.get(kind);
    if (!known) {
      if (this.#kinds.size >= mostKinds) this.#kinds.clear();
      known = { way: 'shared', mean: undefined, rival: undefined, left: 0, tried: [], wait: pauses.first, pause: pauses.first };
      this.#kinds.set(kind, known);
    }
    return known;
  }
}
