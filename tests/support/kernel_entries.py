"""
Entries of lazy kernels (theory.md, section 1) to 60 digits and more, written to kernel-entries.json beside this file.

    python3 tests/support/kernel_entries.py        (needs mpmath; about two minutes)

Each case is a pair of inputs. For every activation and depth 1 ... 4 the file has [K(x, z), Theta(x, z), scale of K, scale of Theta], the scales
being sqrt(K(x, x) K(z, z)); null where a number is beyond double precision. All but tanh are closed forms at 150 digits. tanh is the mixture
of error functions with Gauss rules of 44 and of 60 nodes, which must agree to 1e-22, and at moderate variances with plain integration in two
dimensions of tanh itself.
"""

import json
import os
import mpmath as mp

mp.mp.dps = 150

GENERIC = ([1.0, 2.0], [2.0, -1.0], [1.0, 1.0], [-0.4, 1.3])


def cases():
    x = [1.1, 0.7]
    yield "collinear", x, [0.3 * v for v in x]
    yield "collinear", x, [1.7 * v for v in x]
    yield "collinear", [3.0, 4.0], [6.0, 8.0]
    yield "collinear", [10.0], [3.333]
    yield "collinear", [5.556], [7.778]
    yield "collinear", [0.1, 0.2, 0.3], [0.7, 1.4, 2.1]
    yield "antipodal", x, [-v for v in x]
    yield "antipodal", x, [-0.37 * v for v in x]
    yield "antipodal", [-10.0], [7.778]
    yield "antipodal", [300.0, 400.0], [-30.0, -40.0]
    yield "antipodal", x, [-1.1, -0.7001]
    yield "antipodal", x, [-1.1000001, -0.7]
    for small in (1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-13):
        yield "near", x, [1.1, 0.7 + small]
    yield "near", [25.0, 10.0], [25.0, 10.001]
    yield "same", [0.3, -0.8], [0.3, -0.8]
    yield "far", [1001.0, 1003.0], [1002.0, 1003.0]
    yield "far", [1004.0, 1002.0], [1007.0, 1004.0]
    yield "far", [20000.0, 400.0], [20100.0, 500.0]
    yield "far", [255.0], [128.0]
    yield "far", [1999.0, 12.5], [2001.0, 12.25]
    yield "far", [1e6, 1e6], [1e6, 1e6 + 1]
    yield "far", [1e6, 1e6], [-1e6, 1 - 1e6]
    for power in (-15, -12, -10, -6, -3, 3, 6, 10, 12, 15):
        p, q = GENERIC[abs(power) % 3], GENERIC[(abs(power) + 1) % 4]
        yield "scale", [v * 10.0**power for v in p], [v * 10.0**power for v in q]
    yield "mixed", [1e-15, 2e-15], [2e15, -1e15]
    yield "mixed", [1e-15, 2e-15], [1e15, 2e15]
    yield "mixed", [1e-3, 2e-3], [1e3, 1e3]
    yield "mixed", [1.0, 2.0], [1e6, -3e6]
    yield "mixed", [0.5, 0.25], [40.0, 20.5]
    yield "zero", [0.0, 0.0], [1.0, 2.0]
    yield "orthogonal", [1.0, 2.0], [2.0, -1.0]


def relu(a, b, c):
    if a == 0 or b == 0:
        return mp.mpf(0), mp.mpf(0)
    r = mp.sqrt(a * b)
    rho = max(mp.mpf(-1), min(mp.mpf(1), c / r))
    theta = mp.acos(rho)
    return r * (mp.sin(theta) + (mp.pi - theta) * rho) / (2 * mp.pi), (mp.pi - theta) / (2 * mp.pi)


def erf(a, b, c):
    q = (1 + 2 * a) * (1 + 2 * b)
    return 2 / mp.pi * mp.atan2(2 * c, mp.sqrt(q - 4 * c * c)), 4 / mp.pi / mp.sqrt(q - 4 * c * c)


def quadratic(a, b, c):
    return 2 * c * c + (a - 1) * (b - 1), 4 * c


def kolmogorov(s):
    """Density of Kolmogorov's law."""
    if s < 1:
        total = mp.mpf(0)
        for k in range(1, 14):
            q = (2 * k - 1) ** 2 * mp.pi**2 / 8
            total += mp.exp(-q / s**2) * (2 * q / s**4 - 1 / s**2)
        return mp.sqrt(2 * mp.pi) * total
    return 8 * s * mp.fsum((-1) ** (k - 1) * k * k * mp.exp(-2 * k * k * s * s) for k in range(1, 14))


def gauss_rule(count):
    """Gauss's rule for Kolmogorov's law in the variable s/(1 + s): squares of nodes and weights."""
    step = mp.mpf(1) / 80
    points = [(mp.exp(step * i), step * kolmogorov(mp.exp(step * i)) * mp.exp(step * i)) for i in range(-190, 170)]
    points = [(s / (1 + s), w) for s, w in points]
    alphas, betas, before, now, norm_before = [], [], [mp.mpf(0)] * len(points), [mp.mpf(1)] * len(points), None
    for k in range(count):
        norm = mp.fsum(w * p * p for (_, w), p in zip(points, now))
        alpha = mp.fsum(w * p * p * v for (v, w), p in zip(points, now)) / norm
        beta = norm / norm_before if k else norm
        alphas.append(alpha)
        betas.append(beta)
        before, now = now, [(v - alpha) * p - (beta if k else 0) * q for (v, _), p, q in zip(points, now, before)]
        norm_before = norm
    jacobi = mp.matrix(count, count)
    for i in range(count):
        jacobi[i, i] = alphas[i]
        if i:
            jacobi[i, i - 1] = jacobi[i - 1, i] = mp.sqrt(betas[i])
    values, vectors = mp.eigsy(jacobi)
    return [((v / (1 - v)) ** 2, betas[0] * vectors[0, i] ** 2) for i, v in enumerate(values)]


def tanh_by(rule):
    def pair(a, b, c):
        value = slope = mp.mpf(0)
        for s, w in rule:
            for t, u in rule:
                root = mp.sqrt((s + a) * (t + b) - c * c)
                value += w * u * mp.atan2(c, root)
                slope += w * u / root
        return 2 / mp.pi * value, 2 / mp.pi * slope

    return pair


def tanh_by_integration(a, b, c):
    """E tanh u tanh v and E tanh' u tanh' v by the trapezoid rule in two dimensions, to about 1e-25."""
    rho = c / mp.sqrt(a * b)
    across = mp.sqrt(1 - rho * rho)
    step = mp.mpf(1) / 12
    nodes = [step * i for i in range(-132, 133)]
    gauss = [step * mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi) for z in nodes]
    value = slope = mp.mpf(0)
    for z, g in zip(nodes, gauss):
        u = mp.sqrt(a) * z
        inner = innerslope = mp.mpf(0)
        for y, h in zip(nodes, gauss):
            t = mp.tanh(mp.sqrt(b) * (rho * z + across * y))
            inner += h * t
            innerslope += h * (1 - t * t)
        t = mp.tanh(u)
        value += g * t * inner
        slope += g * (1 - t * t) * innerslope
    return value, slope


def kernels(pair, x, z):
    """[(K, Theta)] of depth 1 ... 4 for the three pairs (x, x), (z, z), (x, z)."""
    x, z = [mp.mpf(v) for v in x], [mp.mpf(v) for v in z]
    dot = lambda p, q: mp.fsum(v * w for v, w in zip(p, q)) / len(p)
    a, b, c = dot(x, x), dot(z, z), dot(x, z)
    ta, tb, tc = a, b, c
    found = []
    for _ in range(4):
        (ka, sa), (kb, sb), (kc, sc) = pair(a, a, a), pair(b, b, b), pair(a, b, c)
        ta, tb, tc = ka + sa * ta, kb + sb * tb, kc + sc * tc
        a, b, c = ka, kb, kc
        found.append((a, ta, b, tb, c, tc))
    return found


def number(value, digits=17):
    return None if abs(value) > mp.mpf("1.7e308") else float(mp.nstr(value, digits))


def main():
    with mp.workdps(34):
        mp.mp.dps = 150
        rules = [gauss_rule(44), gauss_rule(60)]
        mp.mp.dps = 34
        tanh, finer = tanh_by(rules[0]), tanh_by(rules[1])
        for a, b, rho in ((1, 0.5, 0.7), (0.2, 3, -0.9)):
            c = mp.mpf(rho) * mp.sqrt(mp.mpf(a) * b)
            for p, q in zip(tanh(mp.mpf(a), mp.mpf(b), c), tanh_by_integration(mp.mpf(a), mp.mpf(b), c)):
                assert abs(p / q - 1) < mp.mpf("1e-18"), (a, b, rho, p, q)
    made = []
    for index, (name, x, z) in enumerate(cases()):
        entry = {"kind": name, "x": x, "z": z}
        for activation, pair in (("linear", lambda a, b, c: (c, 1)), ("relu", relu), ("erf", erf), ("tanh", tanh), ("quadratic", quadratic)):
            # c^2 is subtracted from numbers up to 1e60: tanh needs the digits too, but its sums are long.
            with mp.workdps(100 if activation == "tanh" else 150):
                found = kernels(pair, x, z)
                if activation == "tanh" and index % 8 == 0:
                    for p, q in zip(found[0], kernels(finer, x, z)[0]):
                        assert p == q or abs(p / q - 1) < mp.mpf("1e-20"), (name, x, z, p, q)
            entry[activation] = [
                [number(c), number(tc), number(mp.sqrt(a * b), 4), number(mp.sqrt(ta * tb), 4)] for a, ta, b, tb, c, tc in found
            ]
        made.append(entry)
    with open(os.path.join(os.path.dirname(__file__), "kernel-entries.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(entry) for entry in made) + "\n]\n")


if __name__ == "__main__":
    main()
