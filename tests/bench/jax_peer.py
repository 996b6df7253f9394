"""JAX beside the family `flow` of `npm run bench:node`, by hand on a machine with a GPU: python3 tests/bench/jax_peer.py

The same equations on numbers of the same kind: Euler steps of gradient flow on two-layer erf networks, 1000 test points looked at in every
stretch. Operation by operation, as a notebook has it, and as one compiled step; in full f32 and with the matrix units' tf32.
"""

import statistics
import time

import jax
import jax.numpy as jnp

particles, dimension, examples, tests, steps, records = 10_000, 100, 200, 1000, 500, 25
gamma, dt = 1.0, 0.01
keys = jax.random.split(jax.random.PRNGKey(0), 5)
weights = jax.random.normal(keys[0], (particles, dimension))
readout = jax.random.normal(keys[1], (particles,))
inputs = jax.random.normal(keys[2], (examples, dimension))
labels = jnp.sign(jax.random.normal(keys[3], (examples,)))
looked = jax.random.normal(keys[4], (tests, dimension))


def step(w, v):
    h = w @ inputs.T / jnp.sqrt(dimension)
    phi = jax.lax.erf(h)
    slope = 2 / jnp.sqrt(jnp.pi) * jnp.exp(-h * h)
    delta = labels - v @ phi / (gamma * particles)
    push = gamma * (phi @ delta)
    force = gamma / jnp.sqrt(dimension) * v[:, None] * ((slope * delta) @ inputs)
    return w + dt * force, v + dt * push


def outputs(w, v):
    return v @ jax.lax.erf(w @ looked.T / jnp.sqrt(dimension)) / (gamma * particles)


def flow(step, outputs):
    w, v = weights, readout
    for _ in range(records):
        for _ in range(steps // records):
            w, v = step(w, v)
        out = outputs(w, v)
    return out.block_until_ready()


def stretch(w, v):
    return jax.lax.fori_loop(0, steps // records, lambda _, state: step(*state), (w, v))


def flow_of_stretches(stretch, outputs):
    w, v = weights, readout
    for _ in range(records):
        w, v = stretch(w, v)
        out = outputs(w, v)
    return out.block_until_ready()


operations = steps * (4 * dimension + 4) * particles * examples + records * (2 * dimension + 2) * particles * tests
print(jax.devices()[0].device_kind, "jax", jax.__version__)
for precision in ("highest", "default"):
    with jax.default_matmul_precision(precision):
        jitted, looked_at, compiled = jax.jit(step), jax.jit(outputs), jax.jit(stretch)
        runs = {
            "operation by operation": lambda: flow(step, outputs),
            "step compiled": lambda: flow(jitted, looked_at),
            "twenty steps compiled": lambda: flow_of_stretches(compiled, looked_at),
        }
        for name, run in runs.items():
            run()
            times = []
            for _ in range(3):
                start = time.perf_counter()
                run()
                times.append(time.perf_counter() - start)
            seconds = statistics.median(times)
            print(f"{precision:8} {name:24} {1e3 * seconds:9.1f} ms {steps / seconds:9.0f} steps/s {operations / seconds / 1e9:9.0f} GFLOP/s", flush=True)
