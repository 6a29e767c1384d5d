"""Writes parquet/: tables and arrays as pyarrow, pandas, polars and DuckDB write them, and expected.json beside them.

    python -m venv v && v/bin/pip install pandas pyarrow polars duckdb && v/bin/python make-parquet.py

Written with pandas 3.1.1, pyarrow 26.0.1, polars 2.1.0 and DuckDB 2.0.0. The files are kept; this says where they come from.
expected.json holds the rows that are in them.
"""

import decimal
import json
import os

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parquet")
ROWS = 60
expected = {}


def path(name):
    return os.path.join(HERE, f"{name}.parquet")


def write(name, table, **options):
    options = {"row_group_size": 25, "data_page_size": 100, "write_batch_size": 10, "store_schema": False} | options
    pq.write_table(table, path(name), **options)


def expect(name, **arrays):
    expected[name] = {key: np.asarray(value, dtype=np.float64).ravel().tolist() for key, value in arrays.items()}


# Every type of number, with the values of a column in float64 beside it.
i = np.arange(ROWS)
columns = {
    "double": (pa.float64(), i / 8 - 3),
    "float": (pa.float32(), (i % 7) / 4),
    "half": (pa.float16(), i / 16),
    "int8": (pa.int8(), i - 30),
    "uint8": (pa.uint8(), 200 + i % 50),
    "int16": (pa.int16(), -1000 * (i % 5)),
    "uint32": (pa.uint32(), 2**32 - 1 - i),
    "int64": (pa.int64(), (2**51 - i) * (-1) ** i),
    "uint64": (pa.uint64(), 10**12 + i // 10),
    "bool": (pa.bool_(), (i // 4) % 2),
    "constant": (pa.int32(), np.full(ROWS, 7)),
}
stored = {"half": np.float16, "bool": bool}
table = {name: pa.array(values.astype(stored.get(name, values.dtype)), kind) for name, (kind, values) in columns.items()}
small = [decimal.Decimal(int(k)) * decimal.Decimal("0.001") - 2 for k in i]
table["decimal"] = pa.array(small, type=pa.decimal128(7, 3))
table["wide_decimal"] = pa.array(small, type=pa.decimal128(38, 3))
labels = pa.array(i % 3)
features = pa.table(table | {"label": labels})
matrix = np.stack([values.astype(np.float64) for _, values in columns.values()] + [(i - 2000) / 1000] * 2, axis=1)

integers = ["int8", "uint8", "int16", "uint32", "int64", "uint64", "constant"]
split = {name: "BYTE_STREAM_SPLIT" for name in ("double", "float", "half")}
deltas = {name: "DELTA_BINARY_PACKED" for name in integers}
written = {
    "plain": {"compression": "none", "use_dictionary": False},
    "snappy": {"compression": "snappy"},
    "gzip": {"compression": "gzip", "data_page_version": "2.0"},
    "brotli": {"compression": "brotli", "use_dictionary": ["int8", "constant"]},
    "zstd": {"compression": "zstd", "use_dictionary": False, "column_encoding": split | deltas | {"bool": "RLE"}},
    "lz4": {"compression": "lz4", "write_page_checksum": True, "store_decimal_as_integer": True},
}
for name, options in written.items():
    write(name, features, **options)
expect("every-type", table=matrix)

# Lists: with rows across pages, nested, of fixed size, and in the second version of pages.
x = (np.arange(ROWS * 12) % 251).reshape(ROWS, 12) / 2
image = (np.arange(ROWS * 24) * 7 % 256).reshape(ROWS, 4, 3, 2)
lists = pa.table({"x": pa.array(x.tolist(), pa.list_(pa.float32())), "label": labels})
nested = pa.table(
    {
        "image": pa.array(image.tolist(), pa.list_(pa.list_(pa.list_(pa.uint8())))),
        "file": pa.array([f"{k}.png" for k in i]),
        "label": labels,
    }
)
required = pa.schema([pa.field("x", pa.list_(pa.field("item", pa.float64(), nullable=False), 12), nullable=False)])
write("lists", lists)
write("nested", nested, compression="zstd", data_page_version="2.0")
write("fixed", pa.table({"x": pa.array(x.tolist(), pa.list_(pa.float64(), 12))}, schema=required), store_schema=True)
write("one-page", lists, row_group_size=1000, data_page_size=2**20, write_batch_size=1024)
expect("lists", x=x)
expect("nested", image=image)
write("inputs", pa.table({"right": pa.array(i), "left": pa.array(x.tolist()), "other": pa.array(i)}))
write("scalars", pa.table({"b": pa.array(i), "a": pa.array(i / 2), "other": pa.array(i)}))

# 300 rows of 40 numbers, as the other formats of open-dataset.test.ts have them.
batches = np.arange(300 * 40).reshape(300, 40) / 8
batch_columns = {f"c{k}": pa.array(batches[:, k], pa.float32()) for k in range(40)}
split = {name: "BYTE_STREAM_SPLIT" for name in batch_columns}
write("batches", pa.table(batch_columns), row_group_size=200, compression="zstd", use_dictionary=False, column_encoding=split, data_page_size=2**20)

# By other hands.
frame = pd.DataFrame({"a": pd.array(i, dtype="Int64"), "b": i / 4, "target": [f"class {k % 3}" for k in i]})
frame.index = i[::-1].copy()
frame.to_parquet(path("pandas"))
expect("pandas", table=np.stack([i, i / 4], axis=1))
pl.DataFrame({"a": i, "b": i / 4}).write_parquet(path("polars"), row_group_size=25)
pl.DataFrame({"x": x}).write_parquet(path("polars-array"))
source = f"SELECT k::INTEGER AS a, k / 4.0::DOUBLE AS b, (k % 2 = 0) AS c FROM range({ROWS}) t(k)"
expect("duckdb", table=np.stack([i, i / 4, i % 2 == 0], axis=1))
duckdb.sql(f"COPY ({source}) TO '{path('duckdb')}' (FORMAT parquet)")
duckdb.sql(f"COPY ({source}) TO '{path('duckdb-v2')}' (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)")

# What cannot be read: in each, one thing is wrong, in row 37 of column "b" where it is in one place.
def with_fault(name, value, column=None, **options):
    values = (list(i) if column is None else column)[:]
    values[37] = value
    write(name, pa.table({"a": pa.array(i), "b": pa.array(values, **options)}))


ints = [int(k) for k in i]
rows = x.tolist()
with_fault("null", None, ints)
with_fault("nan", float("nan"), [float(k) for k in i])
with_fault("big", 2**53 + 1, ints)
with_fault("null-decimal", None, small, type=pa.decimal128(7, 3))
with_fault("short", rows[37][:-1], rows)
with_fault("long", rows[37] + [1.0], rows)
with_fault("empty", [], rows)
with_fault("no-list", None, rows)
with_fault("null-inside", rows[37][:5] + [None] + rows[37][6:], rows)
write("last-long", pa.table({"x": pa.array(rows[:-1] + [rows[-1] + [1.0]])}))
write("ragged-row", pa.table({"x": pa.array([[[1, 2], [3]]] * 5)}))
write("first-null", pa.table({"x": pa.array([None] + rows)}))
write("text", pa.table({"a": pa.array(i), "b": pa.array([f"word {k}" for k in i])}))
write("dates", pa.table({"a": pa.array(i), "b": pa.array(pd.date_range("2024-01-01", periods=ROWS))}))
write("structs", pa.table({"a": pa.array(i), "b": pa.array([{"p": 1, "q": 2}] * ROWS)}))
write("long-decimals", pa.table({"a": pa.array([decimal.Decimal(1)], type=pa.decimal256(60, 30))}))
write("nothing", pa.table({"a": pa.array([None] * ROWS)}))
write("no-rows", pa.table({"a": pa.array([], pa.float64())}))
write("only-labels", pa.table({"label": labels}))

with open(os.path.join(HERE, "expected.json"), "w") as file:
    json.dump(expected, file)
