import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readH5ad, writeH5ad } from "../../src/lib/io/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const SCRIPT = fileURLToPath(new URL("scripts/round_trip.py", import.meta.url));
/** A Python that has anndata 0.12, h5py and pandas. */
const PYTHON = process.env["DIFFREPAIRER_REFERENCE_PYTHON"];

describe.skipIf(!PYTHON)("with anndata itself (DIFFREPAIRER_REFERENCE_PYTHON)", () => {
  it.each(["none", "gzip"] as const)(
    "files are equal after a reading and a writing by us, compression %s",
    { timeout: 180_000 },
    async (compression) => {
      const [theirs, ours] = [temporaryFolder(), temporaryFolder()];
      const run = (...args: string[]) =>
        promisify(execFile)(PYTHON!, [SCRIPT, ...args]).catch((error: { stdout?: string }) => {
          throw new Error(error.stdout ?? String(error), { cause: error });
        });
      await run("write", theirs);
      const notices: string[] = [];
      for (const name of readdirSync(theirs)) {
        const adata = await readH5ad(join(theirs, name), { onNotice: (notice) => notices.push(notice) });
        await writeH5ad(adata, join(ours, name), { compression });
      }
      expect(notices).toEqual([]);
      const { stdout } = await run("compare", theirs, ours);
      expect(stdout).toContain("38 files, 0 differences");
    },
  );
});
