import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { cacheFolder, dataFolder, packageRoot } from "../../../src/lib/datasets/cache.js";

describe("folders", () => {
  it.each([
    [{ DIFFREPAIRER_CACHE: "/c", XDG_CACHE_HOME: "/x", HOME: "/h" }, "linux", "/c"],
    [{ XDG_CACHE_HOME: "/x", HOME: "/h" }, "linux", "/x/diffrepairer"],
    [{ XDG_CACHE_HOME: "relative", HOME: "/h" }, "linux", "/h/.cache/diffrepairer"],
    [{ HOME: "/h" }, "darwin", "/h/Library/Caches/diffrepairer"],
    [{ HOME: "/h", LOCALAPPDATA: "/l" }, "win32", "/l/diffrepairer/Cache"],
  ] as const)("keeps downloads, given %j on %s, in %s", (env, platform, folder) => {
    expect(cacheFolder(env, platform)).toBe(join(folder));
  });

  it("makes a relative cache folder absolute", () => {
    expect(cacheFolder({ DIFFREPAIRER_CACHE: "somewhere" })).toBe(resolve("somewhere"));
  });

  it("finds the package's root and data laid out by hand", () => {
    expect(existsSync(join(packageRoot(), "src", "lib", "datasets", "cache.ts"))).toBe(true);
    expect(dataFolder({ DIFFREPAIRER_DATA: "/d" })).toBe("/d");
    const beside = resolve(packageRoot(), "..", "shared", "data");
    expect(dataFolder({})).toBe(existsSync(beside) ? beside : undefined);
  });
});
