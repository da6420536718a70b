import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dataCheck } from "../../../src/cli/doctor/data-check.js";
import { REGISTRY } from "../../../src/lib/datasets/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

afterEach(() => vi.unstubAllEnvs());

describe("the data", () => {
  let data: string;
  let cache: string;

  beforeEach(() => {
    data = temporaryFolder();
    cache = join(temporaryFolder(), "cache");
    vi.stubEnv("DIFFREPAIRER_DATA", data);
    vi.stubEnv("DIFFREPAIRER_CACHE", cache);
  });

  it("is found in the data folder", async () => {
    mkdirSync(join(data, "pbmc3k"));
    writeFileSync(join(data, "pbmc3k", "matrix.mtx.gz"), "");
    expect(await dataCheck()).toMatchObject({ status: "ok", detail: `PBMC3k: ${data}/pbmc3k/matrix.mtx.gz` });
  });

  it("is found in the cache when whole, not when cut short", async () => {
    mkdirSync(cache);
    const file = join(cache, REGISTRY.pbmc3k.file);
    writeFileSync(file, "");
    expect((await dataCheck()).status).toBe("warning");
    truncateSync(file, REGISTRY.pbmc3k.size);
    expect(await dataCheck()).toMatchObject({ status: "ok", detail: expect.stringContaining(file) });
  });

  it("will be downloaded where there is none, and the data folder named in vain is told", async () => {
    expect(await dataCheck()).toMatchObject({
      status: "warning",
      detail: expect.stringContaining(`DIFFREPAIRER_DATA has no pbmc3k folder: ${data}`),
      cure: '"diffrepairer fetch" does it now',
    });
  });

  it("is missing where there is no place for it", async () => {
    writeFileSync(join(data, "file"), "");
    vi.stubEnv("DIFFREPAIRER_CACHE", join(data, "file", "cache"));
    expect(await dataCheck()).toMatchObject({ status: "missing", cure: expect.stringContaining("DIFFREPAIRER_CACHE") });
  });
});
