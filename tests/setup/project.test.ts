import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeCheckout } from "./fake-checkout.js";

let project: FakeCheckout;

beforeEach(() => {
  project = new FakeCheckout("project");
});

afterEach(() => project.remove());

describe("a set-up of a project that has the package from npm", () => {
  it("adds TensorFlow for Node, makes the environment and registers the kernel, and does nothing the second time", async () => {
    const env = { LIBTENSORFLOW_DIR: project.writeLibTensorFlow("libtensorflow") };
    const first = await project.run(env);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(/adding @tensorflow\/tfjs-node@1\.0\.0 to this project/);
    expect(first.stdout).toMatch(/good build loads/);
    const calls = ["diffrepairer kernel install", "g++", "npm install", "python3 pip", "python3 venv"];
    expect(project.calls().sort()).toEqual(calls);
    expect(project.has(".venv", "share", "jupyter", "kernels", "diffrepairer", "kernel.json")).toBe(true);
    expect(project.has("node_modules", "diffrepairer", ".venv")).toBe(false);
    expect(await project.run(env)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(project.calls()).toEqual([]);
  });

  it("leaves a TensorFlow of that version that the project has, and puts back one that it lost", async () => {
    project.write("node_modules/@tensorflow/tfjs-node/package.json", JSON.stringify({ version: "1.0.0" }));
    project.write("node_modules/@tensorflow/tfjs-node/scripts/install.js", "process.exit(1)");
    expect((await project.run()).code).toBe(0);
    expect(project.calls()).not.toContain("npm install");
    rmSync(project.path("node_modules", "@tensorflow"), { recursive: true });
    expect((await project.run()).code).toBe(0);
    expect(project.calls()).toContain("npm install");
  });

  it("registers the kernel again once the package is another version", async () => {
    expect((await project.run()).code).toBe(0);
    project.calls();
    const manifest = JSON.parse(project.read("node_modules/diffrepairer/package.json")) as object;
    project.write("node_modules/diffrepairer/package.json", JSON.stringify({ ...manifest, version: "2.0.0" }));
    expect((await project.run()).code).toBe(0);
    expect(project.calls()).toContain("diffrepairer kernel install");
  });

  it("adds none where the engine asked for is not native", async () => {
    expect((await project.run({ DIFFREPAIRER_BACKEND: "wasm" })).code).toBe(0);
    expect(project.calls().sort()).toEqual(["diffrepairer kernel install", "python3 pip", "python3 venv"]);
  });

  it("adds the one for GPUs where there may be one", async () => {
    project.install("nvidia-smi");
    const { stdout } = await project.run();
    expect(stdout).toMatch(/adding @tensorflow\/tfjs-node@1\.0\.0 and @tensorflow\/tfjs-node-gpu@1\.0\.0/);
  });

  it("says what is missing where npm has no network", async () => {
    const { code, stderr } = await project.run({ FAKE_NPM: "offline" });
    expect(code).toBe(1);
    expect(stderr.replace(/\s+/g, " ")).toMatch(/tfjs-node@1\.0\.0 could not be added.*the network does not answer/);
  });
});
