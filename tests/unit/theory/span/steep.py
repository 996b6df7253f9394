"""
Errors of bayes sources in the plane whose test inputs turn φ inside the cells of the quadrature, written to steep.json beside this file. The law of
theory.md, section 2, by Gauss–Legendre panels in polar coordinates that end at the turns of all inputs, tests too, and grow geometrically from
there; Newton's method on Γ. Nothing of the product is used.

    python3 tests/unit/theory/span/steep.py          (needs NumPy and SciPy; some twenty seconds)
"""

import json
import os
from math import pi
import numpy as np
from scipy.special import erf

nodes, weights = np.polynomial.legendre.leggauss(12)
functions = {"erf": erf, "tanh": np.tanh, "relu": lambda h: np.maximum(h, 0)}


def panels(ends):
    ends = np.unique(ends)
    middle, half = (ends[:-1] + ends[1:]) / 2, (ends[1:] - ends[:-1]) / 2
    return (middle[:, None] + half[:, None] * nodes).ravel(), (half[:, None] * weights).ravel()


def grid(rows, activation):
    longest = max(1.0, max(np.hypot(*row) for row in rows))
    angles = list(np.linspace(0, 2 * pi, 17))
    for row in rows:
        length = max(1.0, np.hypot(*row))
        for turn in np.arctan2(row[0], -row[1]) + np.array([0, pi]):
            apart = [] if activation == "relu" else 0.5 / 3.0 ** np.arange(0, max(1, int(np.log(0.75 * length) / np.log(3)) + 2))
            for angle in [turn, *(turn + d for d in apart), *(turn - d for d in apart)]:
                angles.append(angle % (2 * pi))
    if activation == "relu":
        return panels(angles), panels(np.arange(0, 30, 0.5))
    least = min(0.5, 0.1 / longest)
    near = np.geomspace(least, 1, max(2, int(np.log(1 / least) / np.log(2)) + 1))
    return panels(angles), panels([0, *near, *np.arange(1.5, 22, 0.5)])


def errors(activation, gamma, temperature, x, y, z, yz):
    phi = functions[activation]
    x, z = np.array(x).reshape(-1, 2) / 2**0.5, np.array(z).reshape(-1, 2) / 2**0.5
    y, yz = np.array(y, float), np.array(yz, float)
    (angle, by_angle), (radius, by_radius) = grid(np.vstack([x, z]), activation)
    along = np.stack([np.cos(angle), np.sin(angle)])

    def law(dual):
        """log Z, ΦΔ, Φ, ⟨φφᵀs²⟩ and the outputs on the test inputs."""
        with np.errstate(all="ignore"):
            most = max((0.5 * gamma**2 * (dual @ phi(r * (x @ along))) ** 2 - 0.5 * r * r).max() for r in radius)
        if not np.isfinite(most):
            return np.inf, *[np.nan] * 4
        whole, output, tests = 0.0, np.zeros(len(y)), np.zeros(len(yz))
        kernel, tilted = np.zeros((len(y), len(y))), np.zeros((len(y), len(y)))
        for r, weight in zip(radius, by_radius):
            features = phi(r * (x @ along))
            s = dual @ features
            mass = by_angle * weight * r * np.exp(0.5 * gamma**2 * s**2 - 0.5 * r * r - most) / (2 * pi)
            whole += mass.sum()
            output += features @ (mass * s)
            kernel += (features * mass) @ features.T
            tilted += (features * mass * s**2) @ features.T
            tests += phi(r * (z @ along)) @ (mass * s)
        return np.log(whole) + most, output / whole, kernel / whole, tilted / whole, tests / whole

    dual = np.zeros(len(y))

    def value(at):
        with np.errstate(all="ignore"):
            return y @ at - 0.5 * temperature * at @ at - law(at)[0] / gamma**2

    for _ in range(100):
        _, output, kernel, tilted, tests = law(dual)
        gradient = y - temperature * dual - output
        if np.abs(gradient).max() < 1e-13:
            break
        hessian = temperature * np.eye(len(y)) + kernel + gamma**2 * (tilted - np.outer(output, output))
        step, here = np.linalg.solve(hessian, gradient), value(dual)
        share = 1.0
        while share > 1e-6 and not value(dual + share * step) >= here - 1e-12:
            share /= 2
        dual = dual + share * step
    assert np.abs(gradient).max() < 1e-12
    return float(np.mean((temperature * dual) ** 2)), float(np.mean((tests - yz) ** 2))


def cases():
    # For erf of 1e8, a sign, by hand: with tanh(a²)·a + (1 + T)·a = 1 and p = 1/(1 + exp(−2a²)) the outputs are 0 and 2ap(1 − 4 atan(0.2)/π).
    yield "erf", 1, 0.1, [1e8, 0, 0, 1e8], [1, -1], [1e8, 1e8, 1e8, 2e7], [1, 1]
    drawn = np.random.default_rng(7)
    for activation, gamma, temperature, scale, other in [
        ("erf", 1, 0.1, 1e8, 1e8),
        ("erf", 1, 0.1, 20, 20),
        ("erf", 2, 0.05, 100, 100),
        ("tanh", 1, 0.1, 1000, 1000),
        ("erf", 1, 0.1, 1, 30),
        ("tanh", 2, 0.1, 1, 8),
        ("relu", 1, 0.1, 1, 1),
    ]:
        x, z = np.round(drawn.normal(size=8) * scale, 4), np.round(drawn.normal(size=12) * other, 4)
        yield activation, gamma, temperature, x.tolist(), [1, -1] * 2, z.tolist(), [1, -1] * 3


def main():
    made = []
    for activation, gamma, temperature, x, y, z, yz in cases():
        train, test = errors(activation, gamma, temperature, x, y, z, yz)
        made.append(dict(activation=activation, gamma=gamma, temperature=temperature, x=x, y=y, z=z, yz=yz, train=train, test=test))
        print(activation, gamma, temperature, x[:2], train, test)
    with open(os.path.join(os.path.dirname(__file__), "steep.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in made) + "\n]\n")


if __name__ == "__main__":
    main()
