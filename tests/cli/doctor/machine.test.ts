import { describe, expect, it } from "vitest";
import {
  backendCheck,
  compilerCheck,
  nodeCheck,
  notebooksCheck,
  optionalPackageCheck,
  platformCheck,
} from "../../../src/cli/doctor/machine.js";

describe("the machine", () => {
  it.each([
    ["20.19.0", "ok"],
    ["22.0.1", "ok"],
    ["20.18.9", "missing"],
    ["18.20.4", "missing"],
  ])("with Node %s is %s", (version, status) => {
    expect(nodeCheck(version).status).toBe(status);
  });

  it("must be Linux or macOS", () => {
    expect(platformCheck("darwin").status).toBe("ok");
    expect(platformCheck("win32")).toMatchObject({ status: "missing", cure: expect.stringContaining("WSL 2") });
  });

  it("may lack a compiler", async () => {
    expect(await compilerCheck({ PATH: "/nope" })).toMatchObject({
      status: "warning",
      cure: expect.stringContaining("g++"),
    });
    expect(await compilerCheck({ CXX: process.execPath })).toMatchObject({ status: "ok", detail: process.version });
  });

  it("names optional packages and what they are for", () => {
    expect(optionalPackageCheck("vitest", "tests")).toMatchObject({
      status: "ok",
      detail: expect.stringMatching(/^\d+\.\d+/),
    });
    expect(optionalPackageCheck("no-such-package", "tests")).toEqual({
      name: "no-such-package",
      status: "warning",
      detail: "not found; needed for tests",
      cure: "npm install no-such-package",
    });
  });

  it("has the notebooks where there is a checkout", () => {
    expect(notebooksCheck().status).toBe("ok");
    expect(notebooksCheck("/nope")).toMatchObject({ status: "missing", detail: "no /nope/notebooks" });
  });
});

describe("the backend", () => {
  const native = { backend: "tensorflow (native, CPU, 2 threads)", "tensorflow.js": "4.22.0", tensorflow: "2.21.0" };
  const slow = { backend: "wasm (JavaScript, CPU, 1 thread)", "backend notice": "slow" };
  const none = { backend: "none: it cannot be loaded" };

  it("is fine when native, with its versions", async () => {
    expect(await backendCheck(true, async () => native, undefined)).toEqual({
      name: "backend",
      status: "ok",
      detail: "tensorflow (native, CPU, 2 threads), tensorflow.js 4.22.0, tensorflow 2.21.0",
    });
  });

  it.each([
    [slow, true, undefined, "warning", /^run "npx diffrepairer setup"/],
    [slow, false, undefined, "warning", /^install g\+\+, then run "npx diffrepairer setup"/],
    [slow, true, "wasm", "warning", /^unset DIFFREPAIRER_BACKEND, which is "wasm"/],
    [none, true, undefined, "missing", /^run "npx diffrepairer setup"/],
    [none, false, "silly", "missing", /^unset DIFFREPAIRER_BACKEND, which is "silly"/],
  ] as const)(
    "given %j, compiler %s, override %s, is %s and cured",
    async (facts, compiler, override, status, cure) => {
      const check = await backendCheck(compiler, async () => facts, override);
      expect(check).toMatchObject({ status, cure: expect.stringMatching(cure) });
    },
  );
});
