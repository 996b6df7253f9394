"""
Right values of small problems at which lazy kernels once were wrong, written to lazy-faults.json beside this file: bias and variance of the
predictor of theory.md, section 1, with kernels and elimination at 400 digits (tanh: the rule of 44 nodes of kernel_entries.py).

    python3 tests/support/lazy_faults.py          (needs mpmath; about a minute)
"""

import json
import os
import mpmath as mp
from kernel_entries import erf, gauss_rule, quadratic, relu, tanh_by


def line(direction, factors):
    return [[f * v for v in direction] for f in factors]


def cases():
    issue = [[-10], [-7.778], [-3.333], [-1.111], [3.333], [5.556], [7.778], [10], [-5.556], [1.111]]
    labels = [0, -0.643, -0.866, -0.342, 0.866, 0.985, 0.643, 0, -0.985, 0.342]
    yield "collinear", "relu", "ntk", 3, 0.01, issue, labels, 2
    yield "collinear", "relu", "ntk", 2, 1e-3, line([3, 4], [-3, -2, -1, 1, 2, 3, 0.5]), [1, -1, 0.5, -0.5, 1, 0, 0.25], 1
    yield "collinear", "relu", "ntk", 4, 1e-6, line([1, -2, 2], [1, 1.5, 2, 3, 4.5, 2.5]), [1, -1, 0.5, 2, -1, 0.25], 1
    thirty = [[-10 + 20 * i / 29] for i in range(30)]
    yield "collinear", "relu", "ntk", 3, 1e-6, thirty + [[0.4], [-3.2]], [float(mp.sin(2 * x[0])) for x in thirty] + [0.7, -0.1], 2
    yield "far", "relu", "ntk", 2, 1, [[1001, 1003], [1002, 1003], [1004, 1002], [1007, 1004], [1008, 1002]], [1, 1, -1, -1, -1], 1
    years = [[1990, 52000], [1995, 48000], [2001, 61000], [2010, 61000], [2020, 59500]]
    yield "far", "relu", "ntk", 1, 0.1, years, [1, -1, 0.5, -0.5, 1], 1
    pixels = [[255, 254, 250], [255, 255, 251], [250, 254, 249], [253, 251, 255], [254, 255, 252]]
    yield "far", "erf", "nngp", 2, 0.01, pixels, [1, -1, 1, -1, 0.5], 1
    yield "far", "relu", "nngp", 1, 0.01, pixels, [1, -1, 1, -1, 0.5], 1
    yield "saturated", "tanh", "nngp", 1, 0.1, [[255], [128]], [1, 1], 1
    yield "saturated", "tanh", "ntk", 2, 0.1, [[3000, 10], [1200, -40], [-700, 900], [100, 100]], [1, -1, 0.5, 1], 1
    yield "saturated", "tanh", "nngp", 1, 0.01, [[0.001, 0.002], [500, 20], [-3, 40], [7, -1]], [1, -1, 0.5, 1], 1
    yield "saturated", "tanh", "nngp", 1, 0.1, [[20000, 400], [20100, 500], [19900, 300]], [1, -1, 1], 1
    yield "saturated", "tanh", "nngp", 3, 0.1, [[1e9, 3], [2e9, 1e9], [-1e8, 4e7]], [1, -1, 1], 1
    yield "scale", "relu", "nngp", 1, 0, [[1e-10, 2e-10], [2e-10, -1e-10], [1e-10, 1e-10]], [1, -1, 1], 1
    yield "scale", "relu", "ntk", 2, 0, [[1e25, 2e25], [2e25, -1e25], [1e25, 1e25]], [1, -1, 1], 1
    yield "scale", "erf", "nngp", 1, 0.1, [[1e78, 2e78], [2e78, -1e78], [1e78, 1e78]], [1, -1, 1], 1
    yield "scale", "tanh", "nngp", 1, 0.1, [[1e78, 2e78], [2e78, -1e78], [1e78, 1e78]], [1, -1, 1], 1
    yield "scale", "tanh", "nngp", 1, 0, [[1e-25, 2e-25, 0], [2e-25, -1e-25, 1e-25], [1e-25, 1e-25, 3e-25]], [1, -1, 1], 1
    yield "scale", "quadratic", "nngp", 2, 0.1, [[1e12, 2e12], [2e12, -1e12], [1e12, 1e12]], [1, -1, 1], 1


def full(pair, kernel, depth, points):
    n = len(points)
    dimension = len(points[0])
    k = [[mp.fsum(mp.mpf(p) * mp.mpf(q) for p, q in zip(x, z)) / dimension for z in points] for x in points]
    t = [row[:] for row in k]
    for _ in range(depth):
        maps = [[pair(k[i][i], k[j][j], k[i][j]) for j in range(n)] for i in range(n)]
        k = [[maps[i][j][0] for j in range(n)] for i in range(n)]
        t = [[k[i][j] + maps[i][j][1] * t[i][j] for j in range(n)] for i in range(n)]
    return t if kernel == "ntk" else k


def main():
    mp.mp.dps = 150
    rule = gauss_rule(44)
    mp.mp.dps = 400
    pairs = {"relu": relu, "erf": erf, "tanh": tanh_by(rule), "quadratic": quadratic}
    made = []
    for kind, activation, kernel, depth, temperature, points, labels, test in cases():
        whole = full(pairs[activation], kernel, depth, points)
        n = len(points) - test
        system = mp.matrix(n, n)
        for i in range(n):
            for j in range(n):
                system[i, j] = whole[i][j] + (mp.mpf(temperature) if i == j else 0)
        inverse = system**-1
        weights = [[mp.fsum(whole[n + q][i] * inverse[i, j] for i in range(n)) for j in range(n)] for q in range(test)]
        errors = [mp.fsum(weights[q][j] * mp.mpf(labels[j]) for j in range(n)) - mp.mpf(labels[n + q]) for q in range(test)]
        variances = [whole[n + q][n + q] - mp.fsum(weights[q][j] * whole[n + q][j] for j in range(n)) for q in range(test)]
        made.append(
            {
                "kind": kind,
                "activation": activation,
                "kernel": kernel,
                "depth": depth,
                "temperature": temperature,
                "inputs": points,
                "labels": labels,
                "test": test,
                "bias": float(mp.fsum(e * e for e in errors) / test),
                "variance": float(mp.fsum(variances) / test) if kernel == "nngp" else 0,
            }
        )
        print(kind, activation, kernel, made[-1]["bias"], made[-1]["variance"])
    with open(os.path.join(os.path.dirname(__file__), "lazy-faults.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in made) + "\n]\n")


if __name__ == "__main__":
    main()
