"""Writes tests/reference/hdf5: one HDF5 file a library version, with every kind of layout, number and index (gzip).

What the files hold follows from formulas, which tests/reference/hdf5.test.ts knows.

python -m pip install h5py==3.16.0 numpy==2.4.6
python tests/reference/scripts/hdf5.py
"""

import gzip
from pathlib import Path

import h5py
import numpy as np

NUMBERS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", ">i2", ">i4", ">i8", ">u4", ">f4", ">f8"]
folder = Path(__file__).parent.parent / "hdf5"
folder.mkdir(exist_ok=True)


def fill(file):
    def add(name, data, **options):
        file.create_dataset(name, data=data, **options)

    for kind in NUMBERS:
        add("n_" + kind.replace(">", "be_"), np.arange(7).astype(kind) - (0 if "u" in kind else 3))
    count = np.arange(2500, dtype="i4") % 251
    add("contiguous", count)
    add("chunked", count, chunks=(77,))
    add("gzip", count, chunks=(77,), compression="gzip")
    add("shuffled", count, chunks=(77,), compression="gzip", shuffle=True, fletcher32=True)
    add("lzf", count, chunks=(1000,), compression="lzf")
    # Many chunks: inner nodes of a B-tree, pages of a fixed array, super blocks of an extensible one.
    add("many", count, chunks=(1,))
    add("growing", count, chunks=(1,), maxshape=(None,))
    add("growing_gzip", count, chunks=(50,), maxshape=(None,), compression="gzip")
    add("single", count, chunks=(2500,))
    add("single_gzip", count, chunks=(2500,), compression="gzip")
    grid = count[: 30 * 41].reshape(30, 41)
    add("grid", grid, chunks=(7, 9))
    add("grid_gzip", grid, chunks=(7, 9), compression="gzip")
    add("grid_growing", grid, chunks=(7, 9), maxshape=(None, 41))
    add("grid_growing_twice", grid, chunks=(7, 9), maxshape=(None, None))
    add("grid_growing_twice_gzip", grid, chunks=(7, 9), maxshape=(None, None), compression="gzip")
    add("grid_limited", grid, chunks=(7, 9), maxshape=(50, 60))
    add("cube", count[:210].reshape(5, 6, 7), chunks=(2, 4, 3))
    partial = file.create_dataset("partial", shape=(100,), dtype="f4", chunks=(10,), fillvalue=7.5)
    partial[20:30] = np.arange(10)
    file.create_dataset("empty", shape=(0,), dtype="f4", chunks=(10,), maxshape=(None,))
    file.create_dataset("never", shape=(5,), dtype="f4")
    add("scalar", np.float64(3.25))
    add("booleans", np.array([True, False, True]))
    add("texts", np.array(["a", "", "日本", *(f"gene{i}" for i in range(300))], dtype=object), dtype=h5py.string_dtype())
    add("fixed", np.array(["ab", "c", "defg"], dtype="S4"))
    add("opaque", np.array([np.void(b"abc"), np.void(b"def")]))
    file["type"] = np.dtype("i4")
    file.create_dataset("typed", data=np.arange(5, dtype="i4"), dtype=file["type"])
    file["soft"] = h5py.SoftLink("/gzip")
    many = file.create_group("groups")
    for i in range(100):
        many.create_group(f"g{i}")
    for i in range(40):
        many.attrs[f"a{i}"] = i
    many.attrs["text"] = "héllo"
    many.attrs["texts"] = ["p", "q", ""]
    many.attrs["flag"] = np.bool_(True)


for version in ["earliest", "v108", "v110", "latest"]:
    path = folder / f"{version}.h5"
    with h5py.File(path, "w", libver=version if version in ("earliest", "latest") else (version, version)) as file:
        fill(file)
    packed = gzip.compress(path.read_bytes(), 9, mtime=0)
    path.unlink()
    (folder / f"{version}.h5.gz").write_bytes(packed)
    print(version, len(packed))
