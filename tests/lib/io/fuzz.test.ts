import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { AnnData, CsrMatrix, DenseMatrix, toCsc } from "../../../src/lib/anndata/index.js";
import {
  FileError,
  openH5ad,
  read10xH5,
  read10xMtx,
  readCsv,
  readH5ad,
  readLoom,
  writeCsv,
  writeH5ad,
  writeMtx,
} from "../../../src/lib/io/index.js";
import { damages } from "../../helpers/damaged-files.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { smallData } from "./raw-h5ad.js";
import { writeLoom, writeTenx } from "./other-hdf5.js";

/** Damaged files a format; more on request, for a long run. */
const RUNS = Number(process.env["DIFFREPAIRER_FUZZ_RUNS"] ?? 200);

interface Format {
  name: string;
  /** Writes a good file or folder and returns the file that is to be damaged. */
  make: (folder: string) => Promise<string>;
  read: (path: string, onNotice: () => void) => Promise<AnnData>;
}

const quiet = (path: string, onNotice: () => void) => readH5ad(path, { onNotice });
const h5ad = (name: string, adapt: (adata: AnnData) => AnnData, compression: "gzip" | "none"): Format => ({
  name,
  make: async (folder) => {
    await writeH5ad(adapt(smallData()), join(folder, "in.h5ad"), { compression });
    return "in.h5ad";
  },
  read: quiet,
});
const committed = (name: string): Format => ({
  name: `h5ad of anndata (${name})`,
  make: async (folder) => {
    const packed = readFileSync(new URL(`../../reference/h5ad/${name}.h5ad.gz`, import.meta.url));
    writeFileSync(join(folder, "in.h5ad"), gunzipSync(packed));
    return "in.h5ad";
  },
  read: quiet,
});
const mtx = (gzip: boolean, file: string): Format => ({
  name: `10x mtx (${gzip ? `${file}.gz` : file})`,
  make: async (folder) => {
    await writeMtx(smallData(), join(folder, "mtx"), { gzip });
    cpSync(join(folder, "mtx"), folder, { recursive: true });
    return gzip ? `${file}.gz` : file;
  },
  read: (path, onNotice) => read10xMtx(join(path, ".."), { onNotice }),
});
const csv = (file: string): Format => ({
  name: file,
  make: async (folder) => {
    await writeCsv(smallData(), join(folder, file));
    return file;
  },
  read: (path, onNotice) => readCsv(path, { onNotice }),
});

/** A dense matrix and a sparse layer of more than 1 MB each. */
const wide = () => {
  const X = new DenseMatrix(
    [600, 600],
    Float32Array.from({ length: 360_000 }, (_, i) => (i * 7919) % 251),
  );
  return new AnnData({ X, layers: { counts: CsrMatrix.fromDense(X) } });
};
const large = (adata: AnnData) => adata.select({ obs: Int32Array.from({ length: 900 }, (_, i) => i % 3) });

const FORMATS: Format[] = [
  h5ad("h5ad", (adata) => adata, "none"),
  h5ad("h5ad by columns", (adata) => ((adata.X = toCsc(adata.X)), adata), "none"),
  h5ad("h5ad, gzip", large, "gzip"),
  h5ad("h5ad, large enough for other threads", wide, "none"),
  h5ad("h5ad, large enough for other threads, gzip", wide, "gzip"),
  committed("current"),
  committed("legacy"),
  {
    name: "h5ad in chunks of cells",
    make: async (folder) => {
      await writeH5ad(large(smallData()), join(folder, "in.h5ad"), { compression: "gzip" });
      return "in.h5ad";
    },
    read: async (path, onNotice) => {
      const file = await openH5ad(path, { onNotice });
      try {
        for await (const { X } of file.chunks(100)) checkWhole(new AnnData({ X }));
        return new AnnData({ X: file.rows(0, 1) });
      } finally {
        file.close();
      }
    },
  },
  {
    name: "10x h5",
    make: async (folder) => writeTenx(join(folder, "in.h5")).then(() => "in.h5"),
    read: (path, onNotice) => read10xH5(path, { onNotice }),
  },
  {
    name: "loom",
    make: async (folder) => writeLoom(join(folder, "in.loom")).then(() => "in.loom"),
    read: (path, onNotice) => readLoom(path, { onNotice }),
  },
  mtx(false, "matrix.mtx"),
  mtx(true, "matrix.mtx"),
  mtx(false, "features.tsv"),
  mtx(true, "barcodes.tsv"),
  csv("in.csv"),
  csv("in.csv.gz"),
  csv("in.tsv"),
];

describe.each(FORMATS)("a damaged file: $name", ({ make, read }) => {
  let folder: string;
  let path: string;
  let good: Buffer;
  beforeEach(async () => {
    const source = temporaryFolder();
    const file = await make(source);
    folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(source)) cpSync(join(source, name), join(folder, name), { recursive: true });
    path = join(folder, file);
    good = readFileSync(path);
    checkWhole(await read(path, () => undefined));
  });

  it("is refused with a clear error or read as whole data", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(damages, async (damage) => {
        writeFileSync(path, damage(good));
        try {
          checkWhole(await read(path, () => undefined));
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          expect(error.message.startsWith(error.path)).toBe(true);
          expect(error.message.endsWith(`. ${error.advice}`)).toBe(true);
          expect(error.message.length).toBeLessThan(1000 + 4 * path.length);
        }
      }),
      { seed: 7, numRuns: RUNS },
    );
  });

  it("is refused wherever it is cut, where the format can tell", async () => {
    // Text has no end of its own: a csv that is cut between two lines is a csv.
    const tells = !/\.(csv|tsv)$/.test(path);
    const step = Math.max(1, Math.floor(good.length / 60));
    for (let length = 0; length < good.length - 1; length += step) {
      writeFileSync(path, good.subarray(0, length));
      const result = await read(path, () => undefined).catch((error: unknown) => error);
      if (tells) expect(result, `cut to ${length} of ${good.length}`).toBeInstanceOf(FileError);
    }
  });
});

/** What was read is consistent in itself: AnnData has checked the sizes, the entries are checked here. */
function checkWhole(adata: AnnData): void {
  for (const matrix of [adata.X, ...Object.values(adata.layers), ...Object.values(adata.obsp)]) {
    if (matrix.kind !== "dense") matrix.check();
    if (!matrix.data.every(Number.isFinite)) throw new Error("a value is not finite");
  }
  adata.toString();
}
