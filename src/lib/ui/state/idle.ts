/** Runs these one after another, each in an idle moment of its own, so that no frame waits for two of them. */
export const whenIdle = (...tasks: readonly (() => Promise<unknown>)[]): void => {
  const [first, ...rest] = tasks;
  if (!first) return;
  const run = (): void => void first().finally(() => whenIdle(...rest));
  if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: 1500 });
  else setTimeout(run, 200);
};
