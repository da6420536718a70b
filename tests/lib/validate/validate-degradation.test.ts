import { afterEach, describe, expect, it, vi } from "vitest";
import { PAIR_SETS, validateDegradation } from "../../../src/lib/validate/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";

afterEach(() => vi.unstubAllEnvs());

describe("the whole validation", () => {
  it("names the sets that are missing, and is no error without any", async () => {
    vi.stubEnv("DIFFREPAIRER_DATA", temporaryFolder());
    const report = await validateDegradation();
    expect(report.rows).toEqual([]);
    expect(report.curves).toEqual([]);
    expect(report.missing).toEqual([
      ...Object.values(PAIR_SETS),
      "citeseq_pbmc_mimitou2019",
      "citeseq_pbmc_5k",
      "citeseq_pbmc_10k",
    ]);
    expect(report.notes.join(" ")).toMatch(/Bulk pairs are not single cells.*processed with delay/);
  });

  it("refuses a part or a set that it does not know", async () => {
    await expect(validateDegradation({ parts: ["cells" as never] })).rejects.toThrow('no part "cells"; parts: pairs');
    await expect(validateDegradation({ sets: ["lung" as never] })).rejects.toThrow('"lung"; sets: sarcoma, ccrcc');
  });
});
