"""NumPy and SciPy beside the `cpu` engine: one JSON a line in, {"task", "n", "batch"}, after it a line for each run asked for."""
import json
import os
import sys
import time

import numpy
import scipy
import scipy.linalg


def prepare(task, n, batch):
    k = numpy.arange(1, batch * n * n + 1, dtype=float)
    x = numpy.sin(k).reshape(batch, n, n)
    if task == "product":
        return lambda: x @ x
    a = x @ x.transpose(0, 2, 1) / n + numpy.eye(n)
    if batch == 1:
        return lambda: scipy.linalg.cholesky(a[0], lower=True, check_finite=False)
    return lambda: numpy.linalg.cholesky(a)


print(f"NumPy {numpy.__version__}, SciPy {scipy.__version__}, {os.environ.get('OPENBLAS_CORETYPE', 'best')} kernels", flush=True)
work = None
for line in sys.stdin:
    asked = json.loads(line)
    if "task" in asked:
        work = prepare(asked["task"], asked["n"], asked["batch"])
        print(float(numpy.abs(work()).sum()), flush=True)
    else:
        start = time.perf_counter()
        for _ in range(asked["repeats"]):
            work()
        print((time.perf_counter() - start) * 1000 / asked["repeats"], flush=True)
