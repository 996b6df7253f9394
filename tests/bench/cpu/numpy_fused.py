"""The fused steps in NumPy and SciPy, a straightforward version of the same equations (docs/theory.md §2, §3), beside `npm run bench:cpu`.

As a program it serves one process of the bench: a line of JSON {"task", "operands": {name: {"shape", "file"}}} on its input, each file raw
doubles, prepares a task; `run` does it once and answers the milliseconds; `values FILE` writes what the last run made and answers `done`.
It says first which versions and how many threads it has: their number is that of OMP_NUM_THREADS.
"""

import json
import os
import sys
import time

import numpy as np
from scipy.special import erf

two_over_root_pi = 2 / np.sqrt(np.pi)


def erf_and_slope(h):
    return erf(h), two_over_root_pi * np.exp(-h * h)


def features(w, x):
    return lambda: erf(w @ x.T / np.sqrt(x.shape[1]))


def particle_step(w, x, y, dual, noise, gamma=2.0, temperature=0.05, dt=0.1):
    """A semi-implicit step without coupling; the noise is drawn here too, and then that of ours is used, so that the numbers agree."""
    m, d = w.shape
    gram = x @ x.T / d
    generator = np.random.default_rng(1)
    decay = np.exp(-dt)
    b = gamma**2 * (1 - decay)

    def run():
        generator.standard_normal((m, d))
        moved = decay * w + np.sqrt(1 - decay**2) * noise
        phi, slope = erf_and_slope(moved @ x.T / np.sqrt(d))
        scaled = (phi @ dual)[:, None] * slope
        system = phi.T @ phi / m + b * (scaled.T @ scaled / m) * gram
        system[np.diag_indices_from(system)] += temperature
        solved = np.linalg.solve(system, y)
        return moved + b / np.sqrt(d) * (((phi @ solved)[:, None] * slope * solved) @ x)

    return run


def flow_evaluation(w, v, x, y, gamma=2.0, dt=1e-3):
    """An Euler step without decay and coupling: one evaluation of the force."""
    m, d = w.shape

    def run():
        phi, slope = erf_and_slope(w @ x.T / np.sqrt(d))
        force = gamma * (y - v @ phi / (gamma * m))
        moved = w + dt / np.sqrt(d) * ((v[:, None] * force * slope) @ x)
        return np.concatenate([moved.ravel(), v + dt * (phi @ force)])

    return run


def networks(w, v, x, y, base, gamma=0.5, length=0.02, steps=200):
    """Gradient descent of all networks at once, tanh."""
    width, d = w.shape[1:]

    def run():
        hidden, top = w, v[:, :, None]
        for _ in range(steps):
            phi = np.tanh(hidden @ x.T / np.sqrt(d))
            residual = y - ((top * phi).sum(1) - base) / (gamma * width)
            signal = top * (1 - phi * phi) * residual[:, None, :]
            top = top + length * gamma * (phi @ residual[:, :, None])
            hidden = hidden + length * gamma / np.sqrt(d) * (signal @ x)
        return hidden

    return run


tasks = {"features": features, "particle step": particle_step, "flow evaluation": flow_evaluation, "networks": networks}


def serve():
    print(f"numpy {np.__version__}, threads {os.environ.get('OMP_NUM_THREADS', 'as it likes')}", flush=True)
    run, made = None, None
    for line in sys.stdin:
        line = line.strip()
        if line == "run":
            start = time.perf_counter()
            made = run()
            print((time.perf_counter() - start) * 1e3, flush=True)
        elif line.startswith("values "):
            np.ascontiguousarray(made, dtype=np.float64).tofile(line[7:])
            print("done", flush=True)
        else:
            wanted = json.loads(line)
            operands = {
                name: np.fromfile(given["file"], dtype=np.float64).reshape(given["shape"]) for name, given in wanted["operands"].items()
            }
            run = tasks[wanted["task"]](**operands)
            print("ready", flush=True)


if __name__ == "__main__":
    serve()
