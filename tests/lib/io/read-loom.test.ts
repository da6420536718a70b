import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { GroupWriter } from "../../../src/lib/io/hdf5/writer.js";
import { writeFile } from "../../../src/lib/io/hdf5/writer.js";
import { FileError, readLoom } from "../../../src/lib/io/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { writeLoom } from "./other-hdf5.js";

let path: string;
let notices: string[];
beforeEach(() => {
  path = join(temporaryFolder(), "in.loom");
  notices = [];
});

const read = (options = {}) => readLoom(path, { onNotice: (notice) => notices.push(notice), ...options });

describe("a loom file", () => {
  it("is sparse cells × genes with its attributes and layers", async () => {
    await writeLoom(path);
    const adata = await read();
    expect(adata.X.kind).toBe("csr");
    expect(adata.X.toDense().data).toEqual(new Float32Array([1, 0, 2, 0, 3, 0]));
    expect(adata.layers["spliced"]!.toDense().data).toEqual(new Float32Array([1, 0, 1, 0, 1, 0]));
    expect(adata.obsNames).toEqual(["AAAC-1", "AAAG-1"]);
    expect(adata.varNames).toEqual(["g0", "g1", "g2"]);
    expect(adata.obs.columns).toEqual(["cell_type"]);
    expect(adata.var.get("length")).toEqual({ kind: "numeric", values: new Int32Array([100, 200, 300]) });
    expect(adata.obsm["umap"]!.data).toEqual(new Float32Array([1, 2, 3, 4]));
    expect(notices).toEqual([]);
  });

  it("takes names from other attributes, or numbers them", async () => {
    await writeLoom(path);
    const adata = await read({ obsNames: "cell_type", varNames: "none" });
    expect(adata.obsNames).toEqual(["B", "T"]);
    expect(adata.varNames).toEqual(["0", "1", "2"]);
    expect(adata.var.strings("Gene")).toEqual(["g0", "g1", "g2"]);
    await expect(read({ names: "x" })).rejects.toThrow('io.readLoom: unknown option "names"');
  });

  it.each<[string, (root: GroupWriter) => void, string]>([
    ["no matrix", (root) => root.texts("a", ["b"], {}), "matrix: is missing: is this a loom file?"],
    ["a matrix of texts", (root) => root.texts("matrix", ["b"], {}), "matrix: is no matrix of numbers"],
    ["NaN", (root) => root.numbers("matrix", new Float32Array([NaN]), {}, [1, 1]), "matrix: has 1 NaN of 1 values"],
    [
      "an attribute that is too short",
      (root) => {
        root.numbers("matrix", new Float32Array(4), {}, [2, 2]);
        root.group("col_attrs", (group) => group.texts("CellID", ["a"], {}));
      },
      "col_attrs/CellID: has shape 1; the matrix has 2",
    ],
    [
      "a layer of another shape",
      (root) => {
        root.numbers("matrix", new Float32Array(4), {}, [2, 2]);
        root.group("layers", (group) => group.numbers("a", new Float32Array(2), {}, [2, 1]));
      },
      'layers["a"] has length 1',
    ],
  ])("is refused with %s", async (_, build, problem) => {
    writeFile(path, { deflate: 0 }, build);
    const error: unknown = await read().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FileError);
    expect((error as Error).message).toContain(problem);
  });
});
