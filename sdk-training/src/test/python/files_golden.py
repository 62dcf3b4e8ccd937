"""Writes the files that the tests of io.aidc.training.data read: by NumPy 2.4.6, PyArrow 25.0.1 and Pillow 12.3.0.

Argument: the output folder. The expected values are those of this script, repeated in the tests.
"""

import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from pyarrow import feather

OUT = pathlib.Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)

# NumPy: [2, 3] of every type, in both orders of bytes and of indices.
for name in ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
             "float64"]:
    dtype = np.dtype(name)
    if name == "bool":
        values = [[0, 1, 1], [1, 0, 0]]
    elif dtype.kind == "f":
        values = [[0, -1.5, 65504], [np.inf, np.nan, 2 ** -24]]
    else:
        info = np.iinfo(dtype)
        values = [[0, 1, 2], [info.min, info.max, 100]]
    array = np.array(values, dtype=dtype)
    np.save(OUT / f"{name}-little-c.npy", array)
    np.save(OUT / f"{name}-big-f.npy", np.asfortranarray(array.astype(dtype.newbyteorder(">"))))
cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
np.save(OUT / "cube-f.npy", np.asfortranarray(cube))
np.save(OUT / "scalar.npy", np.float64(2.5))
np.save(OUT / "empty.npy", np.zeros((0, 3), "<f4"))
for version in [(2, 0), (3, 0)]:
    with open(OUT / f"version{version[0]}.npy", "wb") as out:
        np.lib.format.write_array(out, np.arange(3, dtype="<i4"), version=version)
np.save(OUT / "object.npy", np.array([None, 1], dtype=object), allow_pickle=True)
np.save(OUT / "structure.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
np.savez(OUT / "stored.npz", x=cube, y=np.array([1, 0]))
np.savez_compressed(OUT / "deflated.npz", x=cube, y=np.array([1, 0]))

# Column files: 300 rows in three groups, every third cell of some columns missing.
N = 300
rows = range(N)


def holes(values):
    return [None if i % 3 == 1 else value for i, value in enumerate(values)]


table = pa.table({
    "flag": pa.array(holes([i % 2 == 0 for i in rows]), pa.bool_()),
    "i8": pa.array([i % 256 - 128 for i in rows], pa.int8()),
    "u8": pa.array([i % 256 for i in rows], pa.uint8()),
    "i32": pa.array(holes([i * 1000 - 7 for i in rows]), pa.int32()),
    "u32": pa.array([4294967295 - i for i in rows], pa.uint32()),
    "i64": pa.array([i for i in rows], pa.int64()),
    "id": pa.array([9007199254740993 + i for i in rows], pa.int64()),
    "u64": pa.array([18446744073709551615 - i for i in rows], pa.uint64()),
    "f16": pa.array(np.array([i / 4 for i in rows], np.float16)),
    "f32": pa.array(holes([i / 8 for i in rows]), pa.float32()),
    "f64": pa.array([i / 10 for i in rows], pa.float64()),
    "dec": pa.array(holes([i for i in rows]), pa.decimal128(12, 0)).cast(pa.decimal128(14, 2)),
    "day": pa.array([i for i in rows], pa.date32()),
    "text": pa.array(holes([f"wörd{i % 7}" for i in rows]), pa.string()),
    "long": pa.array([f"a text of more than twelve bytes {i}" for i in rows], pa.string()),
    "kind": pa.array(["ab"[i % 2] for i in rows], pa.string()),
})
for compression in ["none", "snappy", "gzip", "zstd", "lz4"]:
    pq.write_table(table, OUT / f"{compression}.parquet", compression=compression, row_group_size=100)
pq.write_table(
    table, OUT / "version2.parquet", compression="snappy", row_group_size=100, data_page_version="2.0",
    use_dictionary=False, data_page_size=512,
    column_encoding={"i32": "DELTA_BINARY_PACKED", "text": "DELTA_BYTE_ARRAY", "long": "DELTA_LENGTH_BYTE_ARRAY",
                     "f64": "BYTE_STREAM_SPLIT", "i64": "DELTA_BINARY_PACKED"})
nested = pa.table({
    "before": pa.array([1.0, 2.0]),
    "list": pa.array([[1, 2], [3]], pa.list_(pa.int32())),
    "pair": pa.array([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]),
    "bytes": pa.array([b"ab", b"c"], pa.binary()),
    "after": pa.array([3.0, 4.0]),
})
pq.write_table(nested, OUT / "nested.parquet")
pq.write_table(nested, OUT / "brotli.parquet", compression="brotli")

arrow = table.append_column("coded", table["text"].dictionary_encode()).append_column(
    "view", table["long"].cast(pa.string_view())).append_column(
    "large", table["text"].cast(pa.large_string())).append_column(
    "none", pa.nulls(N)).append_column(
    "last", table["i64"])


def write_arrow(name, data, stream=False, **options):
    options = pa.ipc.IpcWriteOptions(**options)
    writer = pa.ipc.new_stream if stream else pa.ipc.new_file
    with writer(OUT / name, data.schema, options=options) as out:
        for batch in data.to_batches(max_chunksize=100):
            out.write_batch(batch)


write_arrow("plain.arrow", arrow)
write_arrow("lz4.arrow", arrow, compression="lz4")
write_arrow("zstd.arrow", arrow, compression="zstd")
write_arrow("stream.arrow", arrow, stream=True)
write_arrow("nested.arrow", nested)
write_arrow("legacy.arrow", table, stream=True, use_legacy_format=True)
grown = [pa.table({"c": pa.array(words).dictionary_encode()}) for words in [["a", "b"], ["a", "b", "c"]]]
with pa.ipc.new_stream(OUT / "delta.arrow", grown[0].schema,
                       options=pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as out:
    for part in grown:
        out.write_table(part)
with pa.ipc.new_stream(OUT / "replaced.arrow", grown[0].schema) as out:
    out.write_table(grown[0])
    out.write_table(pa.table({"c": pa.array(["x", "y"]).dictionary_encode()}))
feather.write_feather(table.select(["f32", "kind"]), str(OUT / "feather.arrow"))

# Pictures, and what Pillow makes of them at 4 by 5 pixels, as numbers from 0 to 255.
x, y = np.meshgrid(np.arange(13), np.arange(9))
rgb = np.stack([x * 19, y * 28, (x * y * 7) % 256], axis=2).astype(np.uint8)
picture = Image.fromarray(rgb)
grey = picture.convert("L")
picture.save(OUT / "rgb.png")
grey.save(OUT / "grey.png")
picture.quantize(16).save(OUT / "palette.png")
Image.fromarray((x * 5000).astype(np.uint16)).save(OUT / "grey16.png")
picture.save(OUT / "rgb.gif")
with open(OUT / "pictures.txt", "w") as out:
    for name in ["rgb.png", "grey.png", "palette.png"]:
        for mode in ["RGB", "L"]:
            small = Image.open(OUT / name).convert(mode)
            for size in [(5, 4), (26, 18), (13, 9)]:
                array = np.asarray(small.resize(size, Image.Resampling.BILINEAR)).reshape(size[1], size[0], -1)
                numbers = array.transpose(2, 0, 1).flatten().tolist()
                out.write(f"{name} {mode} {size[1]} {size[0]} " + " ".join(map(str, numbers)) + "\n")
