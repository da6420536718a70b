import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AnnData,
  type AnnDataParts,
  categorical,
  CsrMatrix,
  DenseMatrix,
  Frame,
  toCsc,
} from "../../../src/lib/anndata/index.js";
import { FileError, readH5ad, writeH5ad, type WriteH5adOptions } from "../../../src/lib/io/index.js";
import { type Entity, type Group, openHdf5 } from "../../../src/lib/io/hdf5.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { smallData } from "./raw-h5ad.js";

const target = () => join(temporaryFolder(), "out.h5ad");
const silent = { onNotice: () => undefined };

async function thereAndBack(adata: AnnData, options: WriteH5adOptions = {}): Promise<AnnData> {
  const path = target();
  await writeH5ad(adata, path, options);
  return readH5ad(path, { ...silent, nonFinite: "keep" });
}

function expectSameFrame(got: Frame, frame: Frame): void {
  expect(got.index).toEqual(frame.index);
  expect(got.columns).toEqual(frame.columns);
  for (const name of frame.columns) {
    const column = frame.get(name);
    if (column.kind === "numeric") expect([...got.numbers(name)]).toEqual([...frame.numbers(name)]);
    else expect(got.strings(name)).toEqual(frame.strings(name));
  }
}

function expectSame(got: AnnData, adata: AnnData): void {
  expect(got.X).toEqual(adata.X);
  expectSameFrame(got.obs, adata.obs);
  expectSameFrame(got.var, adata.var);
  for (const field of ["layers", "obsm", "varm", "obsp", "varp"] as const) expect(got[field]).toEqual(adata[field]);
  expect(got.raw?.X).toEqual(adata.raw?.X);
  if (adata.raw) expectSameFrame(got.raw!.var, adata.raw.var);
}

/** Names of an entry: anything but what HDF5 forbids. */
const names = fc
  .oneof(fc.string({ minLength: 1, maxLength: 6 }), fc.constantFrom("é", "日本", "a b", "__categories", "index", "..a"))
  .filter((name) => !/[/\0]/.test(name) && name !== "." && name !== "_index");
const texts = fc.string({ unit: "grapheme", maxLength: 6 }).filter((text) => !text.includes("\0"));

const floats = fc.float({ noNaN: false });
const dataSets = fc.tuple(fc.nat(4), fc.nat(4)).chain(([rows, columns]) => {
  const list = <T>(item: fc.Arbitrary<T>, length: number) => fc.array(item, { minLength: length, maxLength: length });
  const matrix = (height: number, width: number) =>
    list(fc.oneof(fc.constant(0), floats), height * width).map(
      (values) =>
        new DenseMatrix(
          [height, width],
          Float32Array.from(values, (value) => value + 0),
        ),
    );
  const column = (length: number) =>
    fc.oneof(
      list(fc.double(), length).map((values) => Float64Array.from(values, (value) => value + 0)),
      list(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), length).map((values) => Int32Array.from(values)),
      list(fc.boolean(), length),
      list(fc.oneof(texts, fc.constant(null)), length),
      list(fc.oneof(texts, fc.constant(null)), length).map((labels) => categorical(labels)),
    );
  const frame = (length: number) =>
    fc
      .tuple(list(texts, length), fc.dictionary(names, column(length), { maxKeys: 3 }))
      .map(([index, made]) => new Frame(index, length === 0 ? {} : (made as never)));
  return fc
    .record({
      X: matrix(rows, columns),
      storage: fc.constantFrom("csr", "csc", "dense"),
      obs: frame(rows),
      var: frame(columns),
      layer: matrix(rows, columns),
      embedding: matrix(rows, 2),
      name: names,
    })
    .map(({ X, storage, obs, var: features, layer, embedding, name }) => {
      const parts: AnnDataParts = {
        X: { csr: CsrMatrix.fromDense(X), csc: toCsc(X), dense: X }[storage],
        obs,
        var: features,
        layers: { [name]: CsrMatrix.fromDense(layer) },
        obsm: { [name]: embedding },
        obsp: { [name]: CsrMatrix.fromDense(DenseMatrix.zeros([rows, rows])) },
        varp: { [name]: CsrMatrix.fromDense(DenseMatrix.zeros([columns, columns])) },
      };
      return new AnnData(parts);
    });
});

describe("an h5ad file", () => {
  it("has what was written, whatever it is", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(dataSets, async (adata) => expectSame(await thereAndBack(adata), adata)),
      { seed: 0, numRuns: 60 },
    );
  });

  it("has every field and kind", async () => {
    const adata = smallData();
    const got = await thereAndBack(adata);
    expectSame(got, adata);
    expect(got.obs.get("cell_type")).toEqual(adata.obs.get("cell_type"));
    expect(got.obs.get("doublet")).toEqual(adata.obs.get("doublet"));
    const { table, ...uns } = got.uns;
    const { table: expected, ...others } = adata.uns;
    expect(uns).toEqual(others);
    expectSameFrame(table as Frame, expected as Frame);
  });

  it("has uns of every kind, but not what is null or undefined", async () => {
    const adata = smallData();
    const matrix = CsrMatrix.fromDense(DenseMatrix.fromRows([[0, 1]]));
    adata.uns = {
      list: [1, 2.5],
      none: null,
      left: undefined,
      deep: { deeper: { text: "ü", whole: -7, big: 2 ** 40, tiny: 1e-300 } },
      matrix,
      dense: DenseMatrix.fromRows([[1, 2]]),
      floats: new Float32Array([0.5]),
      label: categorical(["a", null]),
      missing: { kind: "boolean", values: new Uint8Array([1, 0]), missing: new Uint8Array([0, 1]) },
    };
    expect((await thereAndBack(adata)).uns).toEqual({
      list: new Float64Array([1, 2.5]),
      deep: { deeper: { text: "ü", whole: -7, big: 2 ** 40, tiny: 1e-300 } },
      matrix,
      dense: DenseMatrix.fromRows([[1, 2]]),
      floats: new Float32Array([0.5]),
      label: categorical(["a", null]),
      missing: { kind: "boolean", values: new Uint8Array([1, 0]), missing: new Uint8Array([0, 1]) },
    });
  });

  it("has categories in their order, many of them, and texts of which some are missing", async () => {
    const labels = Array.from({ length: 300 }, (_, i) => `label${i}`);
    const obs = new Frame(labels, {
      stage: { ...categorical(labels), ordered: true },
      note: labels.map((label, i) => (i % 2 ? label : null)),
    });
    const got = await thereAndBack(new AnnData({ X: DenseMatrix.zeros([300, 1]), obs }));
    expect(got.obs.get("stage")).toEqual(obs.get("stage"));
    expect(got.obs.get("note")).toEqual(obs.get("note"));
  });

  it("has results of tests as structured arrays, whatever the groups are called", async () => {
    const ranks = {
      params: { groupby: "cell_type" },
      names: { "CD4+/CD25 T Reg": ["g1", "g2"], B: ["g2", "é"] },
      scores: { "CD4+/CD25 T Reg": new Float32Array([1.5, 0.5]), B: new Float32Array([2, 1]) },
      pvals: { "CD4+/CD25 T Reg": new Float64Array([1e-300, 0.5]), B: new Float64Array([0, 1]) },
    };
    const other = { plain: { a: ["x"], b: ["y"] }, slashed: { "a/b": new Int32Array([1, 2]) } };
    const adata = new AnnData({ X: DenseMatrix.zeros([1, 1]), uns: { ranks, other } });
    const path = target();
    await writeH5ad(adata, path);
    expect((await readH5ad(path, silent)).uns).toEqual({ ranks, other });
    const file = await openHdf5(path);
    const stored = (place: string) =>
      place.split("/").reduce<Entity | undefined>((entity, name) => (entity as Group).get(name), file.root);
    expect(stored("uns/ranks/names")!.attribute("encoding-type")).toBe("rec-array");
    expect(stored("uns/other/slashed")!.attribute("encoding-type")).toBe("rec-array");
    expect(stored("uns/other/plain")!.attribute("encoding-type")).toBe("dict");
    file.close();
  });

  it("has numbers of which some are missing, and categories that are numbers", async () => {
    const missing = new Uint8Array([0, 1, 0]);
    const obs = new Frame(["a", "b", "c"], {
      whole: { kind: "numeric", values: new Int32Array([1, 0, 3]), missing },
      fraction: { kind: "numeric", values: new Float64Array([1, 0, 3]), missing },
      cluster: { ...categorical(["10", null, "9"], ["9", "10"]), numeric: true },
      share: { ...categorical(["0.5", "0.25", null], ["0.25", "0.5"]), numeric: true },
    });
    const got = (await thereAndBack(new AnnData({ X: DenseMatrix.zeros([3, 1]), obs }))).obs;
    expect(got.get("whole")).toEqual(obs.get("whole"));
    expect([...got.numbers("fraction")]).toEqual([1, NaN, 3]);
    expect(got.get("cluster")).toEqual(obs.get("cluster"));
    expect(got.get("share")).toEqual(obs.get("share"));
  });

  it.each([1, 9])("may be packed by gzip, level %d, and is smaller then", async (compressionLevel) => {
    const X = DenseMatrix.zeros([700, 300]);
    for (let at = 0; at < X.data.length; at += 7) X.data[at] = at % 5;
    const adata = new AnnData({ X, layers: { rows: CsrMatrix.fromDense(X), columns: toCsc(X) } });
    const path = target();
    await writeH5ad(adata, path, { compression: "gzip", compressionLevel });
    expect(statSync(path).size).toBeLessThan(X.data.byteLength / 2);
    expectSame(await readH5ad(path, silent), adata);
  });

  it("refuses options it does not know", async () => {
    const adata = new AnnData({ X: DenseMatrix.zeros([1, 1]) });
    await expect(writeH5ad(adata, target(), { compress: true } as never)).rejects.toThrow('unknown option "compress"');
    await expect(writeH5ad(adata, target(), { compressionLevel: 10 })).rejects.toThrow("compressionLevel is 10");
  });
});

describe("what has no form in h5ad is refused, and no file is left", () => {
  it.each<[string, (adata: AnnData) => unknown, string]>([
    [
      "a function in uns",
      (adata) => (adata.uns["f"] = () => 1),
      "uns/f cannot be written: it is a function; make it text",
    ],
    [
      "a date deep in uns",
      (adata) => (adata.uns["a"] = { b: new Date(0) }),
      "uns/a/b cannot be written: it is a object",
    ],
    [
      "a mixed list",
      (adata) => (adata.uns["a"] = [1, "x"]),
      "uns/a cannot be written: a list in uns holds numbers, texts or booleans",
    ],
    [
      "a name with a slash in uns",
      (adata) => (adata.uns["a/b"] = 1),
      "uns/a/b cannot be written: a name in an h5ad file",
    ],
    [
      "an empty name in uns",
      (adata) => (adata.uns[""] = 1),
      "uns/ cannot be written: a name in an h5ad file has at least one",
    ],
    ["a column with a slash", (adata) => adata.obs.set("CD4/CD8", [1, 2, 3]), "obs/CD4/CD8 cannot be written: a name"],
    [
      "a column named _index",
      (adata) => adata.var.set("_index", [1, 2, 3, 4]),
      "var/_index cannot be written: the row names",
    ],
    ["a column named .", (adata) => adata.raw!.var.set(".", [1, 2, 3, 4]), "raw/var/. cannot be written: a name"],
    ["a layer with a slash", (adata) => (adata.layers["a/b"] = adata.X), "layers/a/b cannot be written: a name"],
    [
      "a text that HDF5 would cut",
      (adata) => adata.obs.set("t", ["a\0b", "", ""]),
      '"a\\u0000b" cannot be written: texts in an h5ad file end',
    ],
  ])("%s", async (_, change, message) => {
    const adata = smallData();
    change(adata);
    const path = target();
    const error: unknown = await writeH5ad(adata, path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as TypeError).message).toContain(message);
    expect(readdirSync(join(path, ".."))).toEqual([]);
  });
});

describe("a file that cannot be written", () => {
  it("leaves what was there", async () => {
    const path = target();
    await writeH5ad(smallData(), path);
    const before = readFileSync(path);
    const bad = smallData();
    bad.uns["bad"] = Symbol("bad");
    await expect(writeH5ad(bad, path)).rejects.toThrow("uns/bad cannot be written");
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(join(path, ".."))).toEqual(["out.h5ad"]);
  });

  it("replaces what was there where it can be", async () => {
    const path = target();
    writeFileSync(path, "old");
    await writeH5ad(smallData(), path);
    expectSame(await readH5ad(path, silent), smallData());
    expect(readdirSync(join(path, ".."))).toEqual(["out.h5ad"]);
  });

  it("needs its folder", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "missing", "out.h5ad");
    await expect(writeH5ad(smallData(), path)).rejects.toThrow(
      `${path}: there is no folder ${join(folder, "missing")}. Make it first`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it("does not lie below a file", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "text");
    await expect(writeH5ad(smallData(), join(folder, "file", "out.h5ad"))).rejects.toThrow(FileError);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("does not replace a folder", async () => {
    const path = target();
    mkdirSync(join(path, "inside"), { recursive: true });
    await expect(writeH5ad(smallData(), path)).rejects.toThrow(
      /out\.h5ad: cannot be written \(E\w+\)\. Check that the folder is writable/,
    );
    expect(readdirSync(join(path, ".."))).toEqual(["out.h5ad"]);
  });
});
