import { expect, test } from 'vitest';
import { createCpuBackend } from '$lib/backend/cpu';
import { openEnsemble } from '$lib/theory/networks/ensemble';
import { particleLosses, startParticles } from '../../../support/particle-flow';
import { finish, networkPoint, pair, stage } from '../../../support/networks';

test(
  'the loss of networks of width 2048 goes down as that of infinite width, source and coupled target',
  { timeout: 300_000 },
  async () => {
    const backend = await createCpuBackend({ threads: 1 });
    const [source, target] = pair(2, 5, 5);
    const told = { gamma: 1.5, weightDecay: 0.05, time: 3 };
    using ensemble = openEnsemble(backend, [
      networkPoint(stage(source, told), stage(target, told), { activation: 'erf', width: 2048, seeds: 4, delta: 0.3 }),
    ]);
    await finish(ensemble);
    const records = ensemble.history(0).filter((record, i) => i % 8 === 0 || record.time === 0);
    const particles = startParticles(4096, 2, 5);
    for (const which of ['source', 'target'] as const) {
      const curve = records.filter((record) => record.stage === which);
      const task = which === 'source' ? source : target;
      const anchor = particles.w.slice();
      if (which === 'target') particles.v.set(startParticles(4096, 2, 6).v);
      const theory = particleLosses(
        particles,
        task,
        { activation: 'erf', ...told },
        curve.map(({ time }) => time),
        0.05,
        which === 'target' ? { delta: 0.3, anchor } : undefined,
      );
      const networks = curve.map(({ train }) => train.reduce((sum, loss) => sum + loss, 0) / train.length);
      const seen = JSON.stringify({ which, networks, theory });
      expect(curve.length, seen).toBeGreaterThan(6);
      expect(theory.at(-1)! / theory[0]!, seen).toBeLessThan(0.5);
      theory.forEach((loss, i) => expect(Math.abs(networks[i]! - loss) / loss, seen).toBeLessThan(0.03));
    }
  },
);
