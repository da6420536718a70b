import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Packed {
  files: { path: string }[];
  unpackedSize: number;
}

describe("the npm package", () => {
  const pack = () =>
    JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: ROOT, encoding: "utf8" })) as [Packed];
  const [{ files, unpackedSize }] = pack();
  const paths = files.map(({ path }) => path);

  it("has what its commands read, beside the compiled code", () => {
    expect(paths).toEqual(
      expect.arrayContaining([
        "README.md",
        "CITATION.cff",
        "dist/src/cli/main.js",
        "dist/src/lib/index.d.ts",
        "dist/kernel/main.js",
        "kernel/kernelspec/kernel.json",
        "notebooks/01-datasets.ipynb",
        "scripts/run_notebook.py",
        "scripts/setup/main.js",
        "scripts/setup/native/log-level.cc",
        "scripts/setup/requirements.txt",
        "src/cli/claims/claims.json",
        "src/lib/datasets/tables/data-sets.json",
        "workflow/Snakefile",
      ]),
    );
  });

  it("has no tests, no maps of sources that it lacks, no snapshots, no caches, and is small", () => {
    const unwanted =
      /^dist\/(tests|benchmarks)|\.map$|tsbuildinfo|^dist\/kernel\/startup|__pycache__|checkpoints|\.test\./;
    expect(paths.filter((path) => unwanted.test(path))).toEqual([]);
    expect(unpackedSize).toBeLessThan(8e6);
  });
});
