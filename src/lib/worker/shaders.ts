import type { ShaderAccount, ShaderUse } from '$lib/backend/backend';
import type { Account } from '$lib/graph/kind';
import type { ShaderReport } from './protocol';

const isOfShaders = (account: Account): account is ShaderAccount => 'uses' in account;

/** Time of all dispatches at the mean of those that were timed. */
const reportOf = ({ name, dispatches, timed, milliseconds }: ShaderUse): ShaderReport => ({
  name,
  dispatches,
  timed,
  ...(timed > 0 && { milliseconds: (milliseconds * dispatches) / timed }),
});

/** What several computations came to together, one entry a shader, the longest first. */
export const shadersOf = async (accounts: readonly Account[]): Promise<readonly ShaderReport[]> => {
  const sums = new Map<string, ShaderUse>();
  for (const account of new Set(accounts)) {
    for (const use of isOfShaders(account) ? await account.uses() : []) {
      const { dispatches = 0, timed = 0, milliseconds = 0 } = sums.get(use.name) ?? {};
      sums.set(use.name, {
        name: use.name,
        dispatches: dispatches + use.dispatches,
        timed: timed + use.timed,
        milliseconds: milliseconds + use.milliseconds,
      });
    }
  }
  const reports = Array.from(sums.values(), reportOf);
  return reports.sort((a, b) => (b.milliseconds ?? 0) - (a.milliseconds ?? 0) || b.dispatches - a.dispatches);
};
