import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { kernelCheck, pythonCheck } from "../../../src/cli/doctor/jupyter-checks.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { fakePython } from "../samples.js";

afterEach(() => vi.unstubAllEnvs());

describe("Python", () => {
  it("is fine with JupyterLab and nbclient", async () => {
    const python = fakePython(temporaryFolder(), "printf '3.12.1\\n4.5.0\\n0.10.0\\n'");
    vi.stubEnv("DIFFREPAIRER_PYTHON", python);
    expect(await pythonCheck()).toEqual({
      name: "python",
      status: "ok",
      detail: `${python}: python 3.12.1, jupyterlab 4.5.0, nbclient 0.10.0`,
    });
  });

  it.each([
    ["lacks nbclient", "printf '3.12.1\\n4.5.0\\nmissing\\n'", /nbclient missing$/],
    ["does not start", "exit 1", /does not start$/],
  ])("that %s is missing", async (_, script, detail) => {
    vi.stubEnv("DIFFREPAIRER_PYTHON", fakePython(temporaryFolder(), script));
    expect(await pythonCheck()).toMatchObject({
      status: "missing",
      detail: expect.stringMatching(detail),
      cure: expect.stringMatching(/unset DIFFREPAIRER_PYTHON/),
    });
  });

  it("that is not there is missing, and the kernel with it", async () => {
    vi.stubEnv("DIFFREPAIRER_PYTHON", "/nope");
    expect(await pythonCheck()).toMatchObject({ status: "missing", detail: "/nope is not there" });
    expect(kernelCheck()).toMatchObject({ status: "missing", cure: "that of python, above" });
  });
});

describe("the kernel", () => {
  let prefix: string;
  let spec: string;

  beforeEach(() => {
    prefix = temporaryFolder();
    spec = join(prefix, "share", "jupyter", "kernels", "diffrepairer");
    mkdirSync(join(prefix, "bin"));
    mkdirSync(spec, { recursive: true });
    vi.stubEnv("DIFFREPAIRER_PYTHON", fakePython(join(prefix, "bin"), ""));
  });

  const register = (content: string) => writeFileSync(join(spec, "kernel.json"), content);

  it("is fine where all that it starts is there", () => {
    register(JSON.stringify({ argv: [process.execPath, import.meta.filename, "{connection_file}"] }));
    expect(kernelCheck()).toEqual({ name: "kernel", status: "ok", detail: join(spec, "kernel.json") });
  });

  it("is missing where it is not registered, with the command that registers it", () => {
    expect(kernelCheck()).toMatchObject({
      status: "missing",
      cure: `"diffrepairer kernel install --prefix ${prefix}"`,
    });
  });

  it("is missing where the checkout it starts is gone", () => {
    register(JSON.stringify({ argv: [process.execPath, "/gone/main.js", "{connection_file}"] }));
    expect(kernelCheck()).toMatchObject({ status: "missing", detail: expect.stringContaining("starts /gone/main.js") });
  });

  it("is missing where its file is damaged", () => {
    register("{");
    expect(kernelCheck()).toMatchObject({ status: "missing", detail: expect.stringContaining("cannot be read") });
  });
});
