"""Pairs of a source and a target over a grid of gamma, T, P, labels and activations: tasks in the plane by the square grids of the two truth scripts of the unit tests."""
import importlib.util
import json
import pathlib

here = pathlib.Path(__file__).parent
theory = here.parent / 'unit' / 'theory'


def script(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


S = script(theory / 'span' / 'truth.py', 'source_truth')
C = script(theory / 'coupled' / 'truth.py', 'coupled_truth')

# source, target (kind, examples, seed), activation, gamma, T, delta, half width of the source's grid and its points a side
CONFIGS = [
    (('stripes', 4, 101), ('he1', 4, 102), 'erf', 0.5, 0.01, 1, 20, 801),
    (('stripes', 8, 103), ('xor', 8, 104), 'tanh', 0.5, 0.05, 0.3, 20, 801),
    (('he2', 16, 105), ('he3', 8, 106), 'relu', 0.5, 0.2, 3, 16, 601),
    (('he1', 4, 107), ('he2', 8, 108), 'tanh', 1, 0.01, 3, 22, 801),
    (('xor', 8, 109), ('stripes', 8, 110), 'erf', 1, 0.05, 0.3, 22, 801),
    (('he3', 8, 111), ('xor', 4, 112), 'relu', 1, 0.2, 1, 24, 801),
    (('he1', 16, 113), ('stripes', 8, 114), 'erf', 2, 0.01, 10, 26, 801),
    (('he2', 8, 115), ('he1', 8, 116), 'tanh', 2, 0.05, 1, 26, 801),
    (('he1', 8, 117), ('xor', 8, 118), 'relu', 2, 0.2, 3, 34, 801),
    (('xor', 4, 119), ('he1', 4, 120), 'erf', 5, 0.05, 3, 30, 801),
    (('stripes', 4, 121), ('he2', 4, 122), 'tanh', 5, 0.2, 0.3, 30, 801),
    (('he3', 8, 123), ('he3', 8, 124), 'erf', 5, 0.2, 30, 30, 801),
    (('he2', 4, 125), ('stripes', 4, 126), 'tanh', 3, 0.01, 10, 28, 801),
    (('he1', 4, 127), ('he3', 4, 128), 'relu', 1, 0.05, 0.3, 26, 801),
    (('xor', 16, 129), ('xor', 8, 130), 'erf', 0.5, 0.2, 10, 18, 601),
    (('he3', 4, 131), ('he1', 16, 132), 'tanh', 1, 0.2, 1, 20, 801),
    (('he2', 8, 133), ('he2', 4, 134), 'erf', 3, 0.05, 1, 28, 801),
    (('stripes', 8, 135), ('stripes', 8, 136), 'tanh', 2, 0.2, 3, 26, 801),
]

if __name__ == '__main__':
    path = here / 'grid.json'
    out = json.loads(path.read_text()) if path.exists() else []
    done = {(one['source'], one['target']) for one in out}
    for source, own, act, gamma, T, delta, R, n in CONFIGS:
        name = dict(source='%s %d %d' % source, target='%s %d %d' % own)
        if (name['source'], name['target']) in done:
            continue
        X, y, Z, yz = S.task(*source)
        X2, y2, Z2, yz2 = S.task(*own)
        try:
            law = S.source(act, X, y, gamma, T, R, n)
            assert law['rim'] < 1e-9, law['rim']
            first = S.figures(law, act, X, y, Z, yz)
            second = C.target(act, X, y, X2, y2, gamma, T, delta, Z2, yz2, R=R, n=(n + 1) // 2 if act != 'relu' else 401, hz=0.12)
        except Exception as error:  # A grid that does not do is no truth.
            print(name, act, gamma, 'no truth:', repr(error), flush=True)
            continue
        print(name, act, gamma, first['eigen'], second['eigen'], flush=True)
        rows = lambda a: S.rounded(a.ravel().tolist())
        out.append(dict(**name, activation=act, gamma=gamma, temperature=T, delta=delta, x=rows(X), y=rows(y), z=rows(Z), yz=rows(yz),
                        x2=rows(X2), y2=rows(y2), z2=rows(Z2), yz2=rows(yz2), truth=[S.rounded(first), S.rounded(second)]))
        path.write_text(json.dumps(out))
