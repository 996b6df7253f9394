"""Targets coupled to a source (theory.md section 2), tasks in the plane: the source on a square grid, the target by separable Gaussian sums on square grids."""
import importlib.util
import json
import pathlib

import numpy as np
import scipy.sparse as sp

here = pathlib.Path(__file__).parent
spec = importlib.util.spec_from_file_location('source_truth', here.parent / 'span' / 'truth.py')
S = importlib.util.module_from_spec(spec)
spec.loader.exec_module(S)
phi = S.phi


def target(act, X, y, X2, y2, gamma, T, delta, Z, yz, R=22, n=301, hz=None):
    L = S.source(act, X, y, gamma, T, R, n)
    t, v, kappa = L['G'].t, 1 / (1 + delta), delta / (1 + delta)
    sv = np.sqrt(v)
    Q = np.zeros(n * n); Q[L['k']] = L['p']; Q = Q.reshape(n, n)
    i0, i1 = np.flatnonzero((Q.sum(1) + Q.sum(0)) > 1e-9)[[0, -1]]
    Q = Q[i0:i1 + 1, i0:i1 + 1]; Q[Q < 1e-14] = 0; Q /= Q.sum(); m = kappa * t[i0:i1 + 1]
    hz = hz or min(0.1, 0.45 * sv)
    Rz = np.abs(m).max() + (40 if v > 0.3 else 25 if v > 0.05 else 14) * sv + 1
    nz = 2 * int(Rz / hz) + 1; z = np.linspace(-Rz, Rz, nz); h = z[1] - z[0]
    D = m[:, None] - z[None, :]
    G = np.exp(-D * D / (2 * v)) * h / np.sqrt(2 * np.pi * v); G[np.abs(D) > 45 * sv] = 0
    if (G > 0).mean() < 0.3: G = sp.csr_matrix(G)
    F = np.stack([phi[act](np.add.outer(z * x[0], z * x[1]) / np.sqrt(2)) for x in X2]); P = len(y2); f = F.reshape(P, -1)
    conv = lambda E: np.asarray((G @ (G @ E).T).T)
    adjoint = lambda C: np.asarray((G.T @ (G.T @ C).T).T)
    def law(d):
        s = np.tensordot(d, F, 1); e = 0.5 * (gamma * s) ** 2; top = max(0.0, e.max() - 600); E = np.exp(e - top)
        Zm = conv(E); on = Q > 0
        with np.errstate(all='ignore'):
            free = (Q[on] * (np.log(Zm[on]) + top)).sum() / gamma ** 2
            p = E * adjoint(np.where(on, Q / Zm, 0))
        return free, (F * (p * s)).sum((1, 2)), p, s, E, Zm
    d = np.zeros(P)
    for _ in range(60):
        free, out, p, s, E, Zm = law(d); g = y2 - T * d - out; left = np.linalg.norm(g) / np.linalg.norm(y2)
        if left < 1e-7: break
        A = np.stack([conv(E * s * F[q]) / Zm for q in range(P)]).reshape(P, -1)
        H = (f * p.ravel()) @ f.T + gamma ** 2 * ((f * (p * s * s).ravel()) @ f.T - (A * Q.ravel()) @ A.T) + T * np.eye(P)
        step = np.linalg.solve(H, g); value = y2 @ d - T / 2 * d @ d - free; a = 1.0
        while a > 1e-8:
            there = d + a * step; new = law(there)
            if np.isfinite(new[0]) and np.all(np.isfinite(new[1])) and (left < 1e-5 or y2 @ there - T / 2 * there @ there - new[0] >= value + 0.1 * a * (step @ g)): break
            a /= 2
        d = d + a * step
    assert left < 1e-6
    assert p[np.maximum.outer(np.abs(z), np.abs(z)) > Rz - 1].sum() < 1e-9
    w = p.ravel(); Phi = (f * w) @ f.T; k = np.flatnonzero(w > 1e-13); wz = np.stack([z[k // nz], z[k % nz]])
    predicted = np.concatenate([phi[act](Z[i:i + 8] @ wz / np.sqrt(2)) @ (w[k] * s.ravel()[k]) for i in range(0, len(Z), 8)])
    return dict(kernel=Phi.ravel().tolist(), eigen=np.linalg.eigvalsh(Phi)[::-1][:2].tolist(), alignment=float(y2 @ Phi @ y2 / (y2 @ y2) / np.linalg.norm(Phi)),
                test=float(np.mean((predicted - yz) ** 2)), train=float(np.mean((T * d) ** 2)))


# source, target (kind, examples, seed), activation, gamma, T, delta, and how the grids are made
CONFIGS = [
    (('he1', 8, 8), ('he2', 8, 9), 'erf', 2, 0.05, 0.1, dict(R=24, n=601)),
    (('he1', 8, 8), ('he2', 8, 9), 'erf', 2, 0.05, 10, dict(R=24, n=601)),
    (('stripes', 16, 1), ('stripes', 16, 2), 'erf', 2, 0.05, 1, dict(hz=0.1)),
    (('he1', 8, 8), ('he3', 10, 3), 'relu', 1, 0.1, 1, dict(hz=0.1)),
    (('xor', 6, 5), ('xor', 6, 6), 'tanh', 5, 0.05, 10, dict(hz=0.12)),
]

if __name__ == '__main__':
    out = []
    for source, own, act, gamma, T, delta, grids in CONFIGS:
        X, y, _, _ = S.task(*source); X2, y2, Z, yz = S.task(*own)
        truth = S.rounded(target(act, X, y, X2, y2, gamma, T, delta, Z, yz, **grids))
        out.append(dict(source='%s %d' % source[:2], target='%s %d' % own[:2], activation=act, gamma=gamma, temperature=T, delta=delta, x=X.ravel().tolist(), y=y.tolist(),
                        x2=X2.ravel().tolist(), y2=y2.tolist(), z2=Z.ravel().tolist(), yz2=yz.tolist(), truth=truth))
    (here / 'truth.json').write_text(json.dumps(out, indent=1))
