/** A cell of every view, in every form that it takes, small enough for any adapter. All of it is settled in some seconds. */
export const everyView = `# Every view
# One cell of each.
gain @A1 = slider(2, min: 0, max: 10, step: 1)
decades @B1 = slider(0.03, min: 0.0001, max: 1000, scale: "log")
pick @C1 = choice("erf", ["erf", "relu"])
number @D1 = -gain / 30000
words @E1 = pick
delta @A2 = range(0.01, 1000, count: 9, scale: "log")
names @B2 = each("erf", "relu", "tanh", "linear", "gelu")
passes @C2 = check(gain < 3)
fails @D2 = check(delta < 10)
wrong @E2 = gain * nothing_of_this_name
faces @A3 = digits(positive: [0, 1], negative: [5, 6], train: 24, test: 8)
shirts @B3 = images("fashion-mnist", positive: 0, negative: 1, train: 40, test: 8)
gaussian @C3 = linear_task(dim: 6, train: 16, test: 20, seed: 1)
related @D3 = linear_task(like: gaussian, alignment: 0.8, train: 8, test: 20, seed: 2)
hidden @E3 = manifold_task(latent: 4, dim: 12, train: 10, seed: 1)
pre @A4 = source_kernel(faces, theory: "lazy")
source @B4 = source_kernel(gaussian, theory: "bayes", activation: "linear", temperature: 0.1)
one @C4 = coupling(source, delta: 1)
link @D4 = coupling(source, delta: delta)
post @E4 = target_kernel(link, related)
single @A5 = error(target_kernel(one, related))
curve @B5 = error(post)
aligned @C5 = alignment(post, related)
sizes @D5 = range(2, 8, count: 4)
learns @E5 = learning_curve(source, sizes: sizes)
nu @A6 = range(0.1, 0.9, count: 5)
alpha @B6 = each(0, 0.4, 0.8, 1)
theory @C6 = linear_theory(alignment: alpha, nu: nu, chi: 8)
trained @D6 = networks(one, related, method: "gradient", width: 8, seeds: 2, time: 0.5)
swept @E6 = networks(coupling(source, delta: each(0.1, 1, 10)), related, method: "gradient", width: 8, seeds: 2, time: 0.5)
sampled @A7 = networks(coupling(source, delta: each(0.1, 10)), related, width: each(4, 8), seeds: 2, burn_in: 2, samples: 4, thinning: 1)
during @B7 = history(trained)
modes @C7 = spectrum(source)
neurons @D7 = density(target_kernel(one, related), at: 1)
long_name_of_a_cell @E7 = error(pre)
map @A8:B11 = heatmap(theory.test, title: "Loss")
matrix @C8:D11 = heatmap(pre)
note @E8:F11 = "A **note**, with $\\\\gamma_s^2$, code and a [link](https://arxiv.org)."
figure @A12:C15 = plot(curve.test, learns.test, x: delta, title: "Over δ")
both @D12:F15 = plot(curve.test, swept.test, x: delta, title: "Theory and networks")
time @A16:C19 = plot(during.test, during.train, x: time, scale: "linear", title: "While they train")
law @D16:F19 = plot(neurons.density, neurons.gaussian, x: h, title: "Neurons")
`;
/** Those that are drawn: how many colours a picture has at least, curves and points of a figure (those on its lines too), and the entries of its legend. */
export const drawings: Readonly<
  Record<string, { readonly colours?: number; readonly curves?: number; readonly points?: number; readonly keys?: readonly string[] }>
> = {
  faces: { colours: 12 },
  shirts: { colours: 100 },
  pre: { colours: 60, keys: ['0.53', '−0.23'] },
  source: { colours: 60, keys: ['2.6', '−1.6'] },
  post: { colours: 24, keys: ['2.8', '−1.2'] },
  curve: { curves: 1 },
  aligned: { curves: 1 },
  learns: { curves: 1 },
  theory: { colours: 10, keys: ['0.00149', '0.9'] },
  trained: { curves: 2, keys: ['test', 'train'] },
  swept: { curves: 3 },
  sampled: { curves: 8, keys: ['test', 'train', 'N = 4', 'N = 8'] },
  during: { curves: 3, keys: ['test', 'train', 'alignment'] },
  modes: { curves: 2, keys: ['eigenvalue', 'power'] },
  neurons: { curves: 3, keys: ['density', 'gaussian', 'lazy'] },
  map: { colours: 10, keys: ['0.9', '0.0015'] },
  matrix: { colours: 60, keys: ['0.53', '−0.23'] },
  figure: { curves: 5, keys: ['curve.test', ...[2, 4, 6, 8].map((size) => `learns.test, sizes = ${size}`)] },
  both: { curves: 1, points: 36, keys: ['curve.test', ...[0.1, 1, 10].map((delta) => `swept.test, delta = ${delta}`)] },
  time: { points: 130, keys: ['during.test', 'during.train'] },
  law: { curves: 2, keys: ['neurons.density', 'neurons.gaussian'] },
};
