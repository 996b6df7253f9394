"""The figures of torch (cuBLAS, cuSOLVER, vmap compiled) beside `npm run bench:node`, by hand on a machine with a GPU: python3 tests/bench/torch_peer.py"""

import statistics
import time

import torch

torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
device = torch.device("cuda")


def positive_definite(*shape: int) -> torch.Tensor:
    a = torch.randn(*shape, shape[-1], device=device)
    return a @ a.mT / shape[-1] + torch.eye(shape[-1], device=device)


def median_seconds(run, repetitions: int = 7) -> float:
    run()
    torch.cuda.synchronize()
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        run()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


n = 4096
left, right = torch.randn(n, n, device=device), torch.randn(n, n, device=device)
system = positive_definite(n)
many, sides = positive_definite(512, 64), torch.randn(512, 64, 1, device=device)

cases = [
    (f"product {n}²", 2 * n**3, lambda: left @ right),
    (f"Cholesky {n}²", n**3 / 3, lambda: torch.linalg.cholesky(system)),
    ("512 systems of 64²", 512 * (64**3 / 3 + 2 * 64**2), lambda: torch.cholesky_solve(sides, torch.linalg.cholesky(many))),
]


def training(networks: int, width: int, examples: int, dimension: int, steps: int):
    """The family `ensemble`: gradient descent of two-layer tanh networks, a step of one mapped over all of them and compiled."""
    gamma, length = 0.5, 0.02
    weights = torch.randn(networks, width, dimension, device=device)
    readout = torch.randn(networks, width, device=device)
    inputs = torch.randn(examples, dimension, device=device)
    labels = torch.randn(examples, device=device)
    base = torch.einsum("bi,bim->bm", readout, torch.tanh(weights @ inputs.T / dimension**0.5))

    def one(w, v, start):
        phi = torch.tanh(w @ inputs.T / dimension**0.5)
        delta = labels - (v @ phi - start) / (gamma * width)
        signal = v[:, None] * (1 - phi * phi) * delta
        return w + length * gamma / dimension**0.5 * (signal @ inputs), v + length * gamma * (phi @ delta)

    step = torch.compile(torch.func.vmap(one))

    def run():
        w, v = weights, readout
        for _ in range(steps):
            w, v = step(w, v, base)
        return w

    return f"{networks} networks of {width}", networks * steps * 4 * width * examples * dimension, run


cases += [training(1, 256, 128, 64, 200), training(256, 256, 128, 64, 200)]
print(torch.cuda.get_device_name(), "torch", torch.__version__)
for name, operations, run in cases:
    seconds = median_seconds(run)
    print(f"{name:20} {1e3 * seconds:10.3f} ms {operations / seconds / 1e9:12.1f} GFLOP/s")
