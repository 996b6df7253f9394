"""Mean-field posterior (theory.md section 2) of tasks in the plane by a plain square grid of weights: no polar coordinates, no cells, no particles."""
import json
import pathlib

import numpy as np
from scipy.special import erf

phi = {'erf': erf, 'tanh': np.tanh, 'relu': lambda h: np.maximum(h, 0.0)}

def task(kind, P, seed):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((P, 2)); Z = rng.standard_normal((24, 2))
    if kind == 'stripes': lab = lambda x: np.sign(np.sin(2.2 * x @ np.array([0.8, 0.6]) + 0.3))
    elif kind == 'xor': lab = lambda x: np.sign(x[:, 0] * x[:, 1])
    elif kind == 'he1': lab = lambda x: np.sign(x @ np.array([0.6, 0.8]))
    elif kind == 'he2': lab = lambda x: np.sign((x @ np.array([0.6, 0.8])) ** 2 - 1)
    elif kind == 'he3': lab = lambda x: np.sign((x @ np.array([0.6, 0.8])) ** 3 - 3 * (x @ np.array([0.6, 0.8])))
    return X, lab(X), Z, lab(Z)

class Grid:
    def __init__(self, R, n): self.t = np.linspace(-R, R, n); self.h = self.t[1] - self.t[0]; self.n = n
    def features(self, act, X):
        t = self.t
        return np.stack([phi[act]((np.add.outer(t * x[0], t * x[1])) / np.sqrt(2)).ravel() for x in X])

def newton(evaluate, y, T, gamma, start=None):
    d = np.zeros_like(y) if start is None else start.copy()
    val = lambda d, F: y @ d - T / 2 * d @ d - F
    for it in range(300):
        F, out, H = evaluate(d, True)
        g = y - T * d - out
        if np.linalg.norm(g) < 1e-8 * np.linalg.norm(y): return d
        step = np.linalg.solve(H + T * np.eye(len(y)), g); dec = step @ g; v = val(d, F); a = 1.0
        while a > 1e-9:
            Fn, on, _ = evaluate(d + a * step, False)
            if dec < 1e-10 * (1 + abs(v)) or val(d + a * step, Fn) >= v + 0.1 * a * dec: break
            a /= 2
        d = d + a * step
    raise RuntimeError('newton: %g' % np.linalg.norm(g))

def source(act, X, y, gamma, T, R, n, start=None):
    G = Grid(R, n); f = G.features(act, X)
    r2 = np.add.outer(G.t ** 2, G.t ** 2).ravel() / 2
    lz0 = np.log(np.exp(-r2).sum())
    def law(d):
        s = d @ f; lp = gamma ** 2 * s * s / 2 - r2; m = lp.max(); k = np.flatnonzero(lp > m - 45); p = np.exp(lp[k] - m); Z = p.sum()
        return s[k], k, p / Z, m + np.log(Z) - lz0
    def evaluate(d, full):
        s, k, p, lz = law(d); fk = f[:, k]; out = fk @ (p * s)
        if not full: return lz / gamma ** 2, out, None
        Phi = (fk * p) @ fk.T; B = (fk * (p * s * s)) @ fk.T
        return lz / gamma ** 2, out, Phi + gamma ** 2 * (B - np.outer(out, out))
    d = newton(evaluate, y, T, gamma, start); s, k, p, lz = law(d)
    rim = p[np.maximum(np.abs(G.t[k // n]), np.abs(G.t[k % n])) > R - 1].sum()
    return dict(G=G, k=k, p=p, d=d, Phi=(f[:, k] * p) @ f[:, k].T, rim=rim)

def predict(L, act, X, Z):
    w = np.stack([L['G'].t[L['k'] // L['G'].n], L['G'].t[L['k'] % L['G'].n]])
    f = phi[act](X @ w / np.sqrt(2)); g = phi[act](Z @ w / np.sqrt(2))
    return g @ (L['p'] * (L['d'] @ f))

def figures(L, act, X, y, Z, yz):
    Phi = L['Phi']; ev = np.linalg.eigvalsh(Phi)[::-1]
    return dict(eigen=[float(v) for v in ev[:2]], alignment=float(y @ Phi @ y / (y @ y) / np.linalg.norm(Phi)), kernel=[float(v) for v in Phi.ravel()],
                test=float(np.mean((predict(L, act, X, Z) - yz) ** 2)), train=float(np.mean((predict(L, act, X, X) - y) ** 2)))

CONFIGS = [  # kind, P, seed, activation, gamma, T, half width of the grid, points a side
    ('stripes', 16, 1, 'erf', 2, 0.05, 30, 1502),
    ('stripes', 10, 4, 'relu', 1, 0.1, 30, 1502),
    ('xor', 6, 5, 'tanh', 5, 0.05, 34, 1702),
    ('xor', 6, 7, 'relu', 2, 0.1, 40, 2002),
    ('he1', 8, 8, 'erf', 5, 0.2, 30, 1502),
    ('he2', 8, 9, 'tanh', 2, 0.1, 30, 1502),
    ('he1', 4, 11, 'tanh', 0.5, 0.01, 20, 1002),
]


def rounded(value):
    if isinstance(value, float):
        return float('%.10g' % value)
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return {name: rounded(one) for name, one in value.items()}


if __name__ == '__main__':
    out = []
    for kind, P, seed, act, gamma, T, R, n in CONFIGS:
        X, y, Z, yz = task(kind, P, seed)
        law = source(act, X, y, gamma, T, R, n)
        assert law['rim'] < 1e-12
        out.append(
            dict(
                kind=kind, P=P, seed=seed, activation=act, gamma=gamma, temperature=T,
                x=X.ravel().tolist(), y=y.tolist(), z=Z.ravel().tolist(), yz=yz.tolist(),
                source=rounded(figures(law, act, X, y, Z, yz)),
            )
        )
    pathlib.Path(__file__).with_name('truth.json').write_text(json.dumps(out, indent=1))
