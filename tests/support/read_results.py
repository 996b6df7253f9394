"""Reads what `kernelsheet sweep gather` wrote, compares it with the JSON of the whole sheet, and prints what it read with.

Usage: python3 read_results.py whole.json all.npz all.parquet

NumPy reads the arrays. pandas reads the table where it can (with pyarrow or fastparquet); xarray makes a labelled array, of the table
where that could be read, else of the arrays.
"""

import importlib.util
import json
import sys

import numpy


def has(*names):
    return all(importlib.util.find_spec(name) for name in names)


whole = json.load(open(sys.argv[1]))["cells"]
arrays = numpy.load(sys.argv[2])
delta, draw = whole["err"]["axes"]
test = arrays["err.test"]
assert [delta["name"], draw["name"]] == ["delta", "draw"]
assert list(arrays["err.axes"]) == ["delta", "draw"]
assert test.shape == (5, 12) and test.ravel().tolist() == whole["err"]["fields"]["test"]
assert arrays["axis.delta"].tolist() == delta["values"]
assert arrays["axis.draw"].tolist() == draw["values"]
assert bool(arrays["verdict.pass"])
assert arrays["low.value"].shape == () and float(arrays["low.value"]) == test.min()
read = ["numpy: arrays"]

table = None
if has("pandas", "pyarrow") or has("pandas", "fastparquet"):
    import pandas

    table = pandas.read_parquet(sys.argv[3])
    assert set(table.columns[:2]) == {"delta", "draw"} and len(table) == 60
    rows = {(row["delta"], row["draw"]): row["err.test"] for _, row in table.iterrows()}
    assert rows == {(a, b): test[i, j] for i, a in enumerate(delta["values"]) for j, b in enumerate(draw["values"])}
    read.append("pandas: table")

if has("pandas", "xarray"):
    import xarray

    if table is not None:
        labelled = table.set_index(["delta", "draw"]).to_xarray()["err.test"]
    else:
        names = list(arrays["err.axes"])
        labelled = xarray.DataArray(test, dims=names, coords={name: arrays["axis." + name] for name in names})
    assert labelled.dims == ("delta", "draw") and labelled.values.tolist() == test.tolist()
    for i, a in enumerate(delta["values"]):
        for j, b in enumerate(draw["values"]):
            assert float(labelled.sel(delta=a, draw=b)) == test[i, j]
    read.append("xarray: labelled array of the " + ("arrays" if table is None else "table"))

print("; ".join(read))
