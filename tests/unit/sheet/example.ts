/** The example of the language's definition. */
export const example = String.raw`# When does pre-training help? Ten digits, twelve examples
# Source: 0–4 against 5–9. Target: 0, 1, 2 against 5, 6, 7. Drag gamma from lazy (0.1) to rich (5) and watch the curve turn.
gamma  @A1 = slider(2, min: 0.1, max: 10, scale: "log")
delta  @A2 = range(0.01, 1000, count: 13, scale: "log")
source @B1 = digits(positive: [0, 1, 2, 3, 4], negative: [5, 6, 7, 8, 9], train: 150, test: 200, seed: 1)
target @B2 = digits(positive: [0, 1, 2], negative: [5, 6, 7], train: 12, test: 200, seed: 1)
pre    @C1 = source_kernel(source, theory: "bayes", activation: "erf", gamma: gamma, temperature: 0.05)
link   @C2 = coupling(pre, delta: delta)
post   @D1 = target_kernel(link, target)
err    @D2 = error(post)
nets   @D3 = networks(link, target, width: each(64, 256), seeds: 8)
figure @E1:G4 = plot(err.test, nets.test, x: delta)
verdict @E5 = check(min(err.test) < 0.9 * err.test[delta: 0.01])
`;
