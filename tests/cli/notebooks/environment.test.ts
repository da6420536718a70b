import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PACKAGE_ROOT, VERSION } from "../../../src/cli/package-root.js";
import { describeEnvironment, installedVersion, pythonVersions } from "../../../src/cli/notebooks/environment.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { fakePython } from "../samples.js";

const manifest = JSON.parse(readFileSync(join(PACKAGE_ROOT, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};

describe("the environment of a run", () => {
  it("says with what the numbers were made", async () => {
    const python = fakePython(temporaryFolder(), "printf '3.12.1\\n4.5.0\\n0.10.0\\n'");
    const environment = await describeEnvironment(python);
    expect(environment).toMatchObject({
      diffrepairer: VERSION,
      node: process.versions.node,
      python: "3.12.1",
      nbclient: "0.10.0",
      "tensorflow.js": manifest.dependencies["@tensorflow/tfjs"],
      "vega-lite": manifest.dependencies["vega-lite"],
      backend: expect.stringMatching(/^(tensorflow|tensorflow-gpu|wasm|cpu) \((native|JavaScript), .*threads?\)$/),
      data: expect.stringMatching(/PBMC3k.*Licence: CC BY 4\.0/),
    });
    for (const value of Object.values(environment)) expect(value).toMatch(/\S/);
  });

  it("leaves out a Python that does not run", async () => {
    expect(await pythonVersions("/nope")).toEqual({});
  });

  it("finds versions of packages without loading them", () => {
    expect(installedVersion("vega-lite")).toBe(manifest.dependencies["vega-lite"]);
    expect(installedVersion("@tensorflow/tfjs")).toBe(manifest.dependencies["@tensorflow/tfjs"]);
    expect(installedVersion("no-such-package")).toBeUndefined();
  });
});
