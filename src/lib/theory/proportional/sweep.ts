import type { Backend } from '$lib/backend/backend';
import { isAbort } from '$lib/base/problem';
import type { Run } from '$lib/base/run';
import { predictTargets, type Predictions, type TargetLaw, type TargetSetting } from '$lib/theory/proportional/predictor';

/** Targets predicted together at most: bounds what the batch's kernels take. */
const together = 32;

/**
 * The targets of one sweep, which are predicted together when the first of them is asked for: one source to factor, and as many dispatches
 * and read-backs for all as for one. Holds numbers only.
 */
export class Sweep {
  readonly #setting: TargetSetting;
  readonly #laws: TargetLaw[] = [];
  readonly #known = new Map<string, Map<TargetLaw, Promise<Predictions>>>();

  constructor(setting: TargetSetting) {
    this.#setting = setting;
  }

  /** Another target of the sweep, once its saddle is known. */
  add(law: TargetLaw): void {
    this.#laws.push(law);
  }

  /** Predictions of one of the targets on its test set, made on the backend given. A run that stopped is not remembered. */
  async predict(law: TargetLaw, where: Backend, run: Run): Promise<Predictions> {
    try {
      return await this.#predictions(law, where, run);
    } catch (error) {
      // Another's run was stopped, which is no reason for this one to end.
      if (isAbort(error) && !run.signal.aborted) return await this.predict(law, where, run);
      throw error;
    }
  }

  #predictions(law: TargetLaw, where: Backend, run: Run): Promise<Predictions> {
    const known = this.#known.get(where.name) ?? new Map<TargetLaw, Promise<Predictions>>();
    this.#known.set(where.name, known);
    const found = known.get(law);
    if (found) return found;
    const missing = [law, ...this.#laws.filter((other) => other !== law && !known.has(other))].slice(0, together);
    const all = predictTargets(where, this.#setting, missing, run);
    missing.forEach((each, at) => {
      const own = all.then((predictions) => predictions[at] as Predictions);
      known.set(each, own);
      own.catch(() => known.delete(each));
    });
    return known.get(law) as Promise<Predictions>;
  }
}
