"""
Truth values for deep linear targets: the saddle equations of docs/deep-transfer.md as dense matrices, in 32 digits.

Nothing of the product's method is used. Every layer is taken as it is defined: a quenched source h_s, a Gaussian disorder (eta, zeta), and the law of h
given both. The conjugates of the layer below are taken from the gradient (Stein) form, as matrices. Newton's method with numerical
derivatives runs over Delta and the sizes of the conjugates along Delta Delta^T; `left` is the largest entry by which any matrix equation is
missed, the assumption of rank one with it.

    python3 truth.py > truth.json        (a minute or two)
"""
import json
import random
import sys

import mpmath
import numpy
from mpmath import mp, mpf

mp.dps = 32


class Engine:
    """Matrices in double precision, to come near, and in 32 digits, to arrive."""

    exact = False


def matrix(a, columns=None):
    if columns is not None:
        return zeros(a, columns)
    if Engine.exact:
        return mpmath.matrix(a)
    rows = [[float(v) for v in (row if isinstance(row, list) else [row])] for row in a]
    return numpy.matrix(rows)


def zeros(rows, columns):
    return mpmath.zeros(rows, columns) if Engine.exact else numpy.matrix(numpy.zeros((rows, columns)))


def eye(n):
    return mpmath.eye(n) if Engine.exact else numpy.matrix(numpy.eye(n))


def inverse(a):
    return mpmath.inverse(a) if Engine.exact else a.I


def lu_solve(a, b):
    return mpmath.lu_solve(a, b) if Engine.exact else numpy.linalg.solve(a, b)


def size_of(a):
    return (a.rows, a.cols) if Engine.exact else a.shape


def entries(a):
    return list(a) if Engine.exact else [float(v) for v in numpy.asarray(a).ravel()]


def number(a):
    """A 1 by 1 matrix as a number."""
    return entries(a)[0]


def outer(a, b, factor):
    return factor * (a * b.T)


def gram(a, b):
    return (a * b.T) / size_of(a)[1]


def along(conjugate, a, b):
    """The multiple of a b^T nearest to a conjugate."""
    return number(a.T * conjugate * b) / (number(a.T * a) * number(b.T * b))


def jacobian(residual, x, f):
    """By differences, in double precision."""
    out = numpy.zeros((len(x), len(x)))
    for j in range(len(x)):
        h = 1e-7 * (abs(x[j]) + 0.01)
        y = list(x)
        y[j] += h
        out[:, j] = (numpy.array(residual(y)) - f) / h
    return out


def newton(residual, start):
    """Damped, until rounding stops it; in double precision."""
    x = [float(v) for v in start]
    f = numpy.array(residual(x))
    for _ in range(60):
        step = numpy.linalg.solve(jacobian(residual, x, f), -f)
        share = 1.0
        while share > 1e-4:
            trial = [a + share * b for a, b in zip(x, step)]
            missed = numpy.array(residual(trial))
            if sum(missed**2) < sum(f**2):
                break
            share /= 2
        else:
            return x
        x, f = trial, missed
    return x


def arrive(residuals, start, carry):
    """Through the stretches in double precision; at the last the 32 digits of the residual, with the derivatives of double precision."""
    Engine.exact = False
    x = start
    for k, build in enumerate(residuals):
        x = newton(build(), x if k == 0 else carry(x))
    residual = residuals[-1]()
    inverse_jacobian = numpy.linalg.inv(jacobian(residual, x, numpy.array(residual(x))))
    Engine.exact = True
    residual = residuals[-1]()
    x = [mpf(v) for v in x]
    for _ in range(12):
        f = residual(x)
        if max(abs(v) for v in f) < mpf(10) ** -26:
            break
        x = [a - sum(mpf(row[j]) * f[j] for j in range(len(f))) for a, row in zip(x, inverse_jacobian)]
    return x


# From step to step gamma Delta changes less than Delta.
ratio = 1.1


def stretches(gamma):
    return [str(float(gamma) * ratio**-k) for k in range(50, 0, -1)] + [gamma]


def real(text):
    return mpf(text) if Engine.exact else float(text)


def biggest(a):
    return max(abs(v) for v in entries(a))


class Source:
    """Delta_s, the kernels and conjugates of every layer, with the engine of the moment."""

    def __init__(self, inputs, labels, gamma, temperature, depth):
        self.inputs, self.labels, self.depth = inputs, labels, depth
        self.temperature = temperature
        self.steps = stretches(gamma)
        n = self.n = len(labels)
        g0 = gram(matrix(inputs), matrix(inputs))
        start = entries(lu_solve(g0 + real(temperature) * eye(n), matrix(labels))) + [1] * (depth - 1)
        carry = lambda x: [v / ratio for v in x[:n]] + list(x[n:])
        self.x = arrive([lambda rich=rich: self.residual(rich) for rich in self.steps], start, carry)

    def layers(self, x, rich):
        n, depth = self.n, self.depth
        dual = matrix(x[:n])
        a = [outer(dual, dual, rich**2 * x[n + l]) for l in range(depth - 1)] + [outer(dual, dual, rich**2)]
        kernels, below = [], gram(matrix(self.inputs), matrix(self.inputs))
        for conjugate in a:
            below = inverse(inverse(below) - conjugate)
            kernels.append(below)
        return dual, a, kernels

    def wanted(self, a, kernels, l):
        return a[l + 1] * kernels[l + 1] * a[l + 1] + a[l + 1]

    def residual(self, text):
        rich, labels, t = real(text), matrix(self.labels), real(self.temperature)

        def of(x):
            dual, a, kernels = self.layers(x, rich)
            missed = entries(labels - t * dual - kernels[-1] * dual)
            for l in range(self.depth - 1):
                missed.append(along(self.wanted(a, kernels, l), dual, dual) / rich**2 - x[self.n + l])
            return missed

        return of

    def solution(self):
        real_x = [mpf(v) if Engine.exact else float(v) for v in self.x]
        return self.layers(real_x, real(self.steps[-1]))

    def left(self):
        Engine.exact = True
        dual, a, kernels = self.solution()
        left = max(abs(v) for v in self.residual(self.steps[-1])(self.x))
        return max([left] + [biggest(self.wanted(a, kernels, l) - a[l]) for l in range(self.depth - 1)])


def target(inputs, labels, others, src, gamma, temperature, delta_text):
    depth, p, n = src.depth, len(labels), len(labels) + len(others)

    def setting(text):
        rich, t, delta = real(text), real(temperature), real(delta_text)
        dual_s, as_, ks = src.solution()
        xs, x_all, yt = matrix(src.inputs), matrix(inputs + others), matrix(labels)
        ps = src.n
        kappa, eps = delta / (1 + delta), 1 / (1 + delta)
        rho = kappa**2 + eps
        g_ss, g_st, g_tt = gram(xs, xs), gram(xs, x_all), gram(x_all, x_all)
        g = rich**2

        def climb(x):
            dual = matrix(list(x[:p]) + [0] * (n - p))
            phi_s, phi_c, phi_d, phi_o = g_ss, g_st, g_tt, g_tt
            out = []
            for l in range(depth):
                if l == depth - 1:
                    a_d, a_o, a_c = outer(dual, dual, g), zeros(n, n), zeros(ps, n)
                else:
                    c, d, o = x[p + 3 * l : p + 3 * l + 3]
                    a_d, a_o, a_c = outer(dual, dual, g * d), outer(dual, dual, g * g * o), outer(dual_s, dual, g * c)
                prior_s = inverse(phi_s)
                carried = kappa * phi_c.T * prior_s
                v = kappa**2 * (phi_o - phi_c.T * prior_s * phi_c)
                cov = kappa**2 * (phi_d - phi_o) + eps * phi_d
                own = inverse(cov)
                k = inverse(own - (a_d - a_o))
                # <h> = H h_s + E eta + K zeta
                h = k * (own * carried + a_c.T)
                e = k * own
                s = ks[l]
                mm = h * s * h.T + e * v * e.T + k * a_o * k.T
                # <t> = A_e <h> + zeta + A_c^T h_s
                a_e = a_d - a_o
                ts = a_e * h + a_c.T
                te = a_e * e
                tz = a_e * k + eye(n)
                tt = ts * s * ts.T + te * v * te.T + tz * a_o * tz.T
                below = {
                    "d": rho * (tt + a_e * k * a_e + a_e),
                    "o": kappa**2 * tt,
                    "c": kappa * (as_[l] * s * ts.T + a_c * k * a_e + a_c),
                }
                phi_s, phi_c, phi_d, phi_o = s, s * h.T, k + mm, mm
                out.append(dict(c=phi_c, d=phi_d, o=phi_o, a_d=a_d, a_o=a_o, a_c=a_c, below=below))
            return dual, out

        def residual(x):
            dual, out = climb(x)
            missed = entries(yt - (out[-1]["d"] * dual)[:p, 0] - t * dual[:p, 0])
            for l in range(depth - 1):
                below = out[l + 1]["below"]
                missed.append(along(below["c"], dual_s, dual) / g - x[p + 3 * l])
                missed.append(along(below["d"], dual, dual) / g - x[p + 3 * l + 1])
                missed.append(along(below["o"], dual, dual) / g**2 - x[p + 3 * l + 2])
            return missed

        return climb, residual

    Engine.exact = False
    xt = matrix(inputs)
    start = entries(lu_solve(gram(xt, xt) + real(temperature) * eye(p), matrix(labels))) + [0] * (3 * (depth - 1))
    steps = stretches(gamma)
    carry = lambda x: [v / ratio for v in x[:p]] + [v / ratio ** (2 if i % 3 == 2 else 0) for i, v in enumerate(x[p:])]
    x = arrive([lambda rich=rich: setting(rich)[1] for rich in steps], start, carry)
    climb, residual = setting(gamma)
    dual, out = climb(x)
    left = max(abs(v) for v in residual(x))
    for l in range(depth - 1):
        below = out[l + 1]["below"]
        for name in ("d", "o", "c"):
            left = max(left, biggest(below[name] - out[l]["a_" + name]))
    f = out[-1]["d"] * dual
    trace = lambda m: float(sum(m[i, i] for i in range(p)))
    return {
        "depth": depth,
        "delta": float(delta_text),
        "left": float(left),
        "dual": [float(x[i]) for i in range(p)],
        "test": [float(f[i, 0]) for i in range(p, n)],
        "kernel": [[float(out[-1]["d"][i, j]) for j in range(p)] for i in range(p)],
        "layers": [
            {
                "own": trace(layer["d"]),
                "twins": trace(layer["o"]),
                "cross": [[float(layer["c"][i, j]) for j in range(p)] for i in range(src.n)],
            }
            for layer in out
        ],
    }


def main():
    random.seed(7)
    d, ps, pt, pe = 8, 6, 4, 2
    draw = lambda rows: [[round(random.gauss(0, 1), 3) for _ in range(d)] for _ in range(rows)]
    xs, xt, xe = draw(ps), draw(pt), draw(pe)
    teacher = [round(random.gauss(0, 1), 3) for _ in range(d)]
    other = [round(0.8 * t + 0.6 * random.gauss(0, 1), 3) for t in teacher]
    label = lambda rows, w: [round(sum(a * b for a, b in zip(row, w)) / d**0.5, 6) for row in rows]
    ys, yt, ye = label(xs, teacher), label(xt, other), label(xe, other)
    gammas, temperatures = ("1.3", "1.5"), ("0.1", "0.05")
    cases = []
    for depth in (2, 3, 4):
        Engine.exact = False
        src = Source(xs, ys, gammas[0], temperatures[0], depth)
        for delta in ("0", "0.01", "0.3", "1", "30", "1e3", "1e6"):
            case = target(xt, yt, xe, src, gammas[1], temperatures[1], delta)
            case["left"] = max(case["left"], float(src.left()))
            case["sourceDual"] = [float(v) for v in src.x[: src.n]]
            print(depth, delta, case["left"], file=sys.stderr)
            cases.append(case)
    json.dump(
        {
            "gamma": [float(v) for v in gammas],
            "temperature": [float(v) for v in temperatures],
            "source": {"inputs": xs, "labels": ys},
            "target": {"inputs": xt, "labels": yt, "testInputs": xe, "testLabels": ye},
            "cases": cases,
        },
        sys.stdout,
    )


main()
