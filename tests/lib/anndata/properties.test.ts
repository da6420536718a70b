import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AnnData,
  categorical,
  concat,
  CscMatrix,
  CsrMatrix,
  DenseMatrix,
  Frame,
  type Matrix,
} from "../../../src/lib/anndata/index.js";
import { makeUnique, readH5ad, writeH5ad } from "../../../src/lib/io/index.js";
import { plain } from "../../helpers/plain.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

const STORAGES: Record<string, (dense: DenseMatrix) => Matrix> = {
  dense: (dense) => dense,
  csr: (dense) => CsrMatrix.fromDense(dense),
  csc: (dense) => CscMatrix.fromDense(dense),
};

/** Whole numbers, half of them zero. */
const matrices = fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.integer({ min: -4, max: 9 })), {
      minLength: rows * columns,
      maxLength: rows * columns,
    })
    .map((values) => new DenseMatrix([rows, columns], Float32Array.from(values))),
);

const data = fc.tuple(matrices, fc.constantFrom(...Object.keys(STORAGES))).map(([dense, storage]) => {
  const [rows, columns] = dense.shape;
  const cells = Array.from({ length: rows }, (_, i) => `c${i}`);
  return new AnnData({
    X: STORAGES[storage]!(dense),
    obs: new Frame(cells, {
      type: categorical(cells.map((_, i) => (i % 3 ? "AB"[i % 2]! : null))),
      n: Int32Array.from(cells, (_, i) => i),
    }),
    var: new Frame(Array.from({ length: columns }, (_, j) => `g${j}`)),
    layers: { other: STORAGES[storage]!(dense.mapNonZeros((x) => 2 * x)) },
    obsm: { X_pca: dense },
    obsp: { graph: CsrMatrix.fromDense(DenseMatrix.zeros([rows, rows])) },
  });
});

/** Data and an order of its cells. */
const shuffled = data.chain((adata) =>
  fc.tuple(
    fc.constant(adata),
    fc.shuffledSubarray(
      Array.from(adata.obsNames, (_, i) => i),
      { minLength: adata.nObs },
    ),
  ),
);

describe("cells in another order", () => {
  it("come back by the inverse order", () => {
    fc.assert(
      fc.property(shuffled, ([adata, order]) => {
        const inverse = Int32Array.from(order);
        order.forEach((from, to) => (inverse[from] = to));
        expect(plain(adata.select({ obs: order }).select({ obs: inverse }))).toEqual(plain(adata));
      }),
      { seed: 1 },
    );
  });

  it("have the same sums by gene, and their own by cell", () => {
    fc.assert(
      fc.property(shuffled, ([adata, order]) => {
        const other = adata.select({ obs: order });
        expect(other.X.columnSums()).toEqual(adata.X.columnSums());
        expect(other.X.rowSums()).toEqual(Float64Array.from(order, (i) => adata.X.rowSums()[i]!));
      }),
      { seed: 2 },
    );
  });

  it("are the same by position, mask and name", () => {
    fc.assert(
      fc.property(shuffled, fc.nat(), ([adata, order], count) => {
        const some = order.slice(0, count % (order.length + 1));
        const byPosition = plain(adata.select({ obs: Int32Array.from(some) }));
        expect(plain(adata.select({ obs: some }))).toEqual(byPosition);
        if (some.length > 0)
          expect(plain(adata.select({ obs: some.map((i) => adata.obsNames[i]!) }))).toEqual(byPosition);
        const mask = adata.obsNames.map((_, i) => some.includes(i));
        const sorted = plain(adata.select({ obs: Int32Array.from(some).sort() }));
        expect(plain(adata.select({ obs: mask }))).toEqual(sorted);
        expect(plain(adata.select({ obs: Uint8Array.from(mask, Number) }))).toEqual(sorted);
      }),
      { seed: 3 },
    );
  });
});

describe("scale", () => {
  it("by a power of two changes every sum by it", () => {
    fc.assert(
      fc.property(data, (adata) => {
        const scaled = adata.X.scaleRows(Array(adata.nObs).fill(4));
        expect(scaled.rowSums()).toEqual(adata.X.rowSums().map((sum) => 4 * sum));
        expect(scaled.columnSums()).toEqual(adata.X.columnSums().map((sum) => 4 * sum));
      }),
      { seed: 4 },
    );
  });
});

describe("doing it twice is doing it once", () => {
  it("for copies, choices, unique names and joins of one", () => {
    fc.assert(
      fc.property(data, fc.array(fc.constantFrom("A", "B", "A-1", "")), (adata, names) => {
        expect(plain(adata.copy().copy())).toEqual(plain(adata));
        const even = (some: AnnData) => some.obsNames.map((name) => Number(name.slice(1)) % 2 === 0);
        const once = adata.copy().keepObs(even(adata));
        expect(plain(once.copy().keepObs(even(once)))).toEqual(plain(once));
        expect(makeUnique(makeUnique(names))).toEqual(makeUnique(names));
        expect(plain(concat([concat([adata])]))).toEqual(plain(concat([adata])));
      }),
      { seed: 5 },
    );
  });

  it("for files: the same data are the same bytes, also when they were read", async () => {
    const folder = temporaryFolder();
    const [one, two] = [join(folder, "one.h5ad"), join(folder, "two.h5ad")];
    await fc.assert(
      fc.asyncProperty(data, fc.constantFrom("gzip" as const, "none" as const), async (adata, compression) => {
        await writeH5ad(adata, one, { compression });
        await writeH5ad(await readH5ad(one, { onNotice: () => undefined }), two, { compression });
        expect(readFileSync(two).equals(readFileSync(one))).toBe(true);
      }),
      { seed: 6, numRuns: 40 },
    );
  });
});
