"""
Right values for tests/agreement/outside: sources and targets (docs/theory.md, section 2) of tasks in the plane, by sums over square grids of weights.

The source is summed over a square grid whose half width grows until nothing is left at its rim. A target of delta up to 100 is the separable Gaussian sum of
tests/unit/theory/coupled/truth.py. A target of delta = 1000 is a Gauss-Hermite rule about every node of the source's grid, centred where the conditional law
is greatest. Every value is computed a second time on another grid (three quarters of the points a side, or a smaller rule), and `doubt` is what the kernels
differ by. Pairs that differ by more than 0.3 % are left out.
"""
import importlib.util
import json
import pathlib
import sys

import numpy as np

here = pathlib.Path(__file__).parent
theory = here.parents[1] / 'unit' / 'theory'


def script(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


S = script(theory / 'span' / 'truth.py', 'source_truth')
C = script(theory / 'coupled' / 'truth.py', 'coupled_truth')
phi = S.phi
slope = {'erf': lambda h: 2 / np.sqrt(np.pi) * np.exp(-h * h), 'tanh': lambda h: 1 / np.cosh(np.clip(h, -300, 300)) ** 2, 'relu': lambda h: (h > 0) * 1.0}
TESTS = 12


def task(kind, P, seed, scale):
    """Inputs and labels, training and test: Gaussian, or with inputs that are repeated or opposite; `random` and `unequal` labels are Gaussian."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((P, 2))
    Z = rng.standard_normal((TESTS, 2))
    u = np.array([0.6, 0.8])
    rule = {
        'stripes': lambda x: np.sign(np.sin(2.2 * x @ np.array([0.8, 0.6]) + 0.3)),
        'xor': lambda x: np.sign(x[:, 0] * x[:, 1]),
        'he1': lambda x: np.sign(x @ u),
        'he2': lambda x: np.sign((x @ u) ** 2 - 1),
        'he3': lambda x: np.sign((x @ u) ** 3 - 3 * (x @ u)),
        'smooth': lambda x: x @ u + 0.5 * ((x @ u) ** 2 - 1),
    }
    if kind in rule:
        return X, scale * rule[kind](X), Z, scale * rule[kind](Z)
    y = rng.standard_normal(P)
    if kind == 'unequal':  # each input twice, with two labels
        X[P // 2:] = X[:P - P // 2]
    if kind == 'opposite':  # each input with its opposite
        X[P // 2:] = -X[:P - P // 2]
    return X, scale * y, Z, scale * rng.standard_normal(TESTS)


def solved_source(act, X, y, gamma, T, spacing):
    R = 14.0
    while True:
        law = S.source(act, X, y, gamma, T, R, int(2 * R / spacing) + 1)
        if law['rim'] < 1e-10:
            return law
        R *= 1.4
        if R > 60:
            raise RuntimeError('mass beyond the grid: %g' % law['rim'])


def narrow_target(law, act, X2, y2, gamma, T, delta, Z, nodes):
    v, kappa, n, t = 1 / (1 + delta), delta / (1 + delta), law['G'].n, law['G'].t
    keep = law['p'] > 1e-9
    k, Q = law['k'][keep], law['p'][keep] / law['p'][keep].sum()
    m = kappa * np.stack([t[k // n], t[k % n]], 1)
    u, w = np.polynomial.hermite_e.hermegauss(nodes)
    grid = np.stack([a.ravel() for a in np.meshgrid(u, u, indexing='ij')], 1)
    W = np.outer(w, w).ravel() / (2 * np.pi)
    A = X2 / np.sqrt(2)
    f1, g1 = phi[act], slope[act]
    d = np.zeros(len(y2))
    for outer in range(25):
        c = m.copy()
        for it in range(30):
            h = c @ A.T
            step = v * gamma ** 2 * (f1(h) @ d)[:, None] * ((g1(h) * d) @ A)
            c += (1 if it == 0 else 0.4) * (m + step - c)
        shift = c - m
        z = c[:, None, :] + np.sqrt(v) * grid[None]
        make = np.log(W)[None] - (grid[None] * shift[:, None, :]).sum(2) / np.sqrt(v) - (shift ** 2).sum(1)[:, None] / (2 * v)
        F = f1(z @ A.T)
        before = d
        for it in range(60):
            s = F @ d
            e = make + 0.5 * gamma ** 2 * s * s
            top = e.max(1, keepdims=True)
            p = np.exp(e - top)
            Zm = p.sum(1, keepdims=True)
            p = Q[:, None] * p / Zm
            ps = p * s
            own = np.einsum('knp,kn->kp', F, ps)
            out = own.sum(0)
            free = (Q * (np.log(Zm[:, 0]) + top[:, 0])).sum() / gamma ** 2
            g = y2 - T * d - out
            if np.linalg.norm(g) < 1e-9 * np.linalg.norm(y2):
                break
            flat = F.reshape(-1, len(y2))
            H = (flat * (p * (1 + gamma ** 2 * s * s)).ravel()[:, None]).T @ flat - gamma ** 2 * (own / Q[:, None]).T @ own + T * np.eye(len(y2))
            step = np.linalg.solve(H, g)
            value, a = y2 @ d - T / 2 * d @ d - free, 1.0
            while a > 1e-9:
                there = d + a * step
                st = F @ there
                et = make + 0.5 * gamma ** 2 * st * st
                tt = et.max(1)
                ft = (Q * (np.log(np.exp(et - tt[:, None]).sum(1)) + tt)).sum() / gamma ** 2
                if y2 @ there - T / 2 * there @ there - ft >= value + 0.1 * a * (step @ g) or a * (step @ g) < 1e-10 * (1 + abs(value)):
                    break
                a /= 2
            d = d + a * step
        if np.linalg.norm(d - before) < 1e-5 * np.linalg.norm(d):
            break
    else:
        raise RuntimeError('the centres do not settle')
    flat = F.reshape(-1, len(y2))
    Phi = (flat * p.ravel()[:, None]).T @ flat
    predicted = f1(z.reshape(-1, 2) @ Z.T / np.sqrt(2)).T @ (p * (F @ d)).ravel()
    return dict(Phi=Phi, d=d, predicted=predicted)


def wide_target(act, X, y, X2, y2, gamma, T, delta, Z, yz, R, spacing):
    """coupled/truth.py, whose record has no dual: it follows from the kernel."""
    found = C.target(act, X, y, X2, y2, gamma, T, delta, Z, yz, R=R, n=int(2 * R / spacing) + 1, hz=min(0.12, 0.45 / np.sqrt(1 + delta)) * spacing / 0.1)
    return dict(Phi=np.array(found['kernel']).reshape(len(y2), -1), test=found['test'])


def record(Phi, y, T, test, doubt, gamma):
    d = np.linalg.solve(Phi + T * np.eye(len(y)), y)
    lower = [float('%.6g' % Phi[i, j]) for i in range(len(y)) for j in range(i + 1)]
    return dict(kernel=lower, eigen=[float('%.7g' % v) for v in np.linalg.eigvalsh(Phi)[::-1][:2]], test=float('%.7g' % test), train=float('%.7g' % np.mean((T * d) ** 2)),
                # What a slight direction is felt with: gamma^2 |Delta| sqrt(<s^2>).
                force=float('%.3g' % (gamma ** 2 * np.linalg.norm(d) * np.sqrt(d @ Phi @ d))), doubt=float('%.2g' % doubt))


def pair(first, second, act, gamma, T, delta, scale):
    X, y, Z, yz = task(*first, scale)
    X2, y2, Z2, yz2 = task(*second, scale)
    apart = lambda a, b: np.linalg.norm(a - b) / np.linalg.norm(b)
    coarse, fine = (solved_source(act, X, y, gamma, T, spacing) for spacing in (0.1, 0.08))
    own = record(fine['Phi'], y, T, np.mean((S.predict(fine, act, X, Z) - yz) ** 2), apart(coarse['Phi'], fine['Phi']), gamma)
    if delta >= 1000:
        thin = solved_source(act, X, y, gamma, T, 0.12)
        some, more = narrow_target(thin, act, X2, y2, gamma, T, delta, Z2, 5), narrow_target(thin, act, X2, y2, gamma, T, delta, Z2, 7)
        test = np.mean((more['predicted'] - yz2) ** 2)
    else:
        R = coarse['G'].t[-1]
        some, more = (wide_target(act, X, y, X2, y2, gamma, T, delta, Z2, yz2, R, spacing) for spacing in (0.16, 0.13))
        test = more['test']
    then = record(more['Phi'], y2, T, test, apart(some['Phi'], more['Phi']), gamma)
    if max(own['doubt'], then['doubt']) > 3e-3:
        raise RuntimeError('doubt %g %g' % (own['doubt'], then['doubt']))
    rows = lambda a: [float('%.7g' % v) for v in np.ravel(a)]
    return dict(source='%s %d %d' % first, target='%s %d %d' % second, activation=act, gamma=gamma, temperature=T, delta=delta, scale=scale,
                x=rows(X), y=rows(y), z=rows(Z), yz=rows(yz), x2=rows(X2), y2=rows(y2), z2=rows(Z2), yz2=rows(yz2), truth=[own, then])


def drawn(seed):
    """The pair of a seed: what a user may choose, drawn evenly."""
    rng = np.random.default_rng(7000 + seed)
    kinds = ['stripes', 'xor', 'he1', 'he2', 'he3', 'smooth', 'random', 'unequal', 'opposite']
    sizes = [4, 6, 8, 14, 16, 20]
    scale = int(rng.choice([1, 1, 1, 10]))
    gamma = float(rng.choice([0.5, 1, 2, 3, 5] if scale == 1 else [0.2, 0.5, 1]))
    first = (str(rng.choice(kinds)), int(rng.choice(sizes)), 2 * seed + 9000)
    second = (str(rng.choice(kinds)), int(rng.choice(sizes)), 2 * seed + 9001)
    act = str(rng.choice(['erf', 'tanh', 'relu'], p=[0.4, 0.4, 0.2]))
    T = float(rng.choice([0.01, 0.05, 0.2]))
    delta = float(rng.choice([0.1, 1, 10, 1000]))
    return first, second, act, gamma, T, delta, scale


if __name__ == '__main__':
    path = here / 'truth.json'
    out = json.loads(path.read_text()) if path.exists() else []
    have = {one['seed'] for one in out}
    for seed in range(int(sys.argv[1]), int(sys.argv[2])):
        if seed in have:
            continue
        try:
            one = pair(*drawn(seed))
        except Exception as error:  # A grid that does not do is no truth.
            print(seed, drawn(seed), 'no truth:', repr(error), flush=True)
            continue
        print(seed, drawn(seed), [(t['eigen'], t['test'], t['train'], t['force'], t['doubt']) for t in one['truth']], flush=True)
        out = json.loads(path.read_text()) if path.exists() else []
        out = sorted([*out, dict(seed=seed, **one)], key=lambda entry: entry['seed'])
        path.write_text(json.dumps(out))
