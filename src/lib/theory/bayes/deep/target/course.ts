import type { Breath } from '$lib/theory/bayes/deep/target/breath';
import type { Place } from '$lib/theory/bayes/deep/target/chain-parts';
import { Memory } from '$lib/theory/bayes/deep/target/memory';
import type { Following, Plan } from '$lib/theory/bayes/deep/target/plan';
import type { TargetChain } from '$lib/theory/bayes/deep/target/target-chain';

/** How the particles of a group go their way, from a beginning through draws of the disorder. `share`: of the progress, what a step of theirs counts. */
export class Course {
  readonly #chain: TargetChain;
  readonly #share: number;
  #averaged = 0;

  constructor(chain: TargetChain, share: number) {
    this.#chain = chain;
    this.#share = share;
  }

  /** From the prior: γ² grows, then all is live, then averages. */
  async start(plan: Plan, breath: Breath): Promise<void> {
    const { start, live } = plan;
    const chain = this.#chain;
    await chain.draw(0, breath);
    await chain.begin(breath);
    for (let i = 1; i <= start.ramp + start.live; i++) {
      await chain.step(live, { weight: 1, richness: Math.min(1, i / start.ramp), watch: false }, breath);
      breath.tick(this.#share);
    }
    await this.#average(plan, start.average, breath);
  }

  /** From where another run has come to, whose neurons, kernels and conjugates it takes: live, then averages of its own. */
  async follow(place: Place, { live, average }: Following, plan: Plan, breath: Breath): Promise<void> {
    const chain = this.#chain;
    await chain.draw(0, breath);
    chain.goTo(place);
    for (let i = 0; i < live; i++) {
      await chain.step(plan.live, { weight: 1, richness: 1, watch: false }, breath);
      breath.tick(this.#share);
    }
    await this.#average(plan, average, breath);
  }

  async #average({ live, averaged }: Plan, steps: number, breath: Breath): Promise<void> {
    for (let i = 1; i <= steps; i++) {
      await this.#chain.step(live, { weight: averaged ? 1 / i : 1, richness: 1, watch: false }, breath);
      breath.tick(this.#share);
    }
    this.#averaged = steps;
  }

  /** A draw of the disorder, settled and counted; `counted` is called after each counted step. */
  async block(index: number, plan: Plan, breath: Breath, counted: () => void): Promise<void> {
    const chain = this.#chain;
    await chain.draw(index + 1, breath);
    chain.turn = plan.still;
    await this.#settle(plan, breath);
    const stride = chain.faults.stride ?? 'still';
    for (let i = 0; i < plan.counted; i++) {
      await chain.step(stride, { weight: plan.averaged ? 1 / ++this.#averaged : 1, richness: 1, watch: true }, breath);
      counted();
    }
    breath.tick(this.#share * (plan.settling.most + plan.counted));
  }

  /**
   * Steps in fields that stand still, or follow where nothing is averaged, until as many have been taken as it took the neurons to forget where they were before the draw, twice
   * over.
   */
  async #settle({ settling, averaged }: Plan, breath: Breath): Promise<void> {
    const chain = this.#chain;
    const fixed = chain.faults.settling;
    const look = async (): Promise<void> => {
      for (const neurons of chain.layers) await neurons.look();
    };
    await look();
    const memory = new Memory(chain.layers);
    let forgotten = Infinity;
    for (let i = 1; i <= (fixed ?? Math.max(settling.least, Math.min(settling.most, 2 * forgotten))); i++) {
      await chain.step(chain.faults.stride ?? 'still', { weight: averaged ? 0 : 1, richness: 1, watch: false }, breath);
      if (forgotten < Infinity) continue;
      await look();
      if (memory.forgotten) forgotten = i;
    }
    await look();
    chain.remembered.push(memory.correlations);
  }
}
