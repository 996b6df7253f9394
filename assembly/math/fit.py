"""Makes the coefficients of this folder that are ours: `python3 assembly/math/fit.py`, with mpmath. Writes `erf-table.ts` and `tanh-table.ts`,
prints those of `exp.ts`.

exp: q(r) of e^r = 1 + r + r^2 (1/2 + r q(r)) on |r| <= ln 2 / 2, by interpolation at Chebyshev nodes in 60 digits.
erf, tanh: a row for every j/8 from 0 on: node, f(node), and c1 ... c10 of f(node + t) = f(node) + t (c1 + ... + c10 t^9) on |t| <= 1/16,
interpolated likewise. The node is moved by less than 1e-11 to where f(node) is within 2^-64 of a double (Gal's accurate tables), so that
its rounding costs nothing, or as near as may be where f(node) is nearly 1. Row 0 is odd and interpolated in t^2. At the end of a row of
tanh there are its slope at the node, 1 - tanh^2, and a zero.
"""
import pathlib
import mpmath as mp

mp.mp.dps = 60


def chebyshev(function, low, high, degree):
    """Coefficients, lowest first, of the polynomial that interpolates at Chebyshev nodes of [low, high]."""
    middle, half = (mp.mpf(high) + low) / 2, (mp.mpf(high) - low) / 2
    nodes = [middle + half * mp.cos(mp.pi * (2 * i + 1) / (2 * degree + 2)) for i in range(degree + 1)]
    matrix = mp.matrix(degree + 1, degree + 1)
    for i, x in enumerate(nodes):
        for j in range(degree + 1):
            matrix[i, j] = x**j
    return list(mp.lu_solve(matrix, mp.matrix([function(x) for x in nodes])))


def double(x):
    return repr(float(x))


def accurate_node(function, j):
    """A double near j/8 at which the function is nearly a double."""
    best, at = mp.mpf(1), None
    for k in range(4000):
        x = mp.mpf(float(mp.mpf(j) / 8 + k * mp.mpf(2) ** -50 * max(1, j // 8)))
        value = function(x)
        error = abs(mp.mpf(float(value)) / value - 1)
        if error < best:
            best, at = error, x
        if best < mp.mpf(2) ** -64:
            break
    return at


def rows_of(function, last, after=lambda x: []):
    half, degree = mp.mpf(1) / 16, 9
    odd = chebyshev(lambda z: function(mp.sqrt(z)) / mp.sqrt(z), 0, half**2, 4)
    yield [mp.mpf(0), mp.mpf(0)] + [c for k in range(5) for c in (odd[k], mp.mpf(0))] + after(mp.mpf(0))
    for j in range(1, last + 1):
        x = accurate_node(function, j)
        yield [x, function(x)] + chebyshev(lambda t: (function(x + t) - function(x)) / t, -half, half, degree) + after(x)


def write(name, what, rows):
    text = ',\n'.join('  ' + ', '.join(double(c) for c in row) for row in rows)
    pathlib.Path(__file__).with_name(f'{name}-table.ts').write_text(f"""// Made by fit.py.

/** {what} */
// prettier-ignore
export const {name}Table: usize = memory.data<f64>([
{text},
], 16);
""")


reach = mp.log(2) / 2
print('exp, q: 0.5 and', [double(c) for c in chebyshev(lambda r: sum(r**n / mp.factorial(n + 3) for n in range(50)), -reach, reach, 8)])
write(
    'erf',
    'Rows of twelve numbers, one for every 1/8 of |x| from 0 to 6: node, erf(node), c1 … c10 of erf(node + t) = erf(node) + t Σ c(k+1) tᵏ.',
    rows_of(mp.erf, 48),
)
write(
    'tanh',
    'Rows of fourteen numbers, one for every 1/8 of |x| from 0 to 8: those of `erfTable` for tanh, then 1/cosh²(node) and a zero.',
    rows_of(mp.tanh, 64, lambda x: [1 / mp.cosh(x) ** 2, mp.mpf(0)]),
)
