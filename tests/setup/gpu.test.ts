import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeCheckout } from "./fake-checkout.js";

let checkout: FakeCheckout;

beforeEach(() => {
  checkout = new FakeCheckout();
});

afterEach(() => checkout.remove());

const ASKED = { DIFFREPAIRER_BACKEND: "gpu" };
const SEEN = { ...ASKED, FAKE_GPU_SEEN: "yes" };
const addonFolder = () => checkout.path("node_modules", "@tensorflow", "tfjs-node-gpu");

/** Runs a set-up that must stop, and gives what it says in one line. */
async function stopped(env: Record<string, string>): Promise<string> {
  const { code, stderr } = await checkout.run(env);
  expect(code).toBe(1);
  expect(checkout.has(".setup/native.json")).toBe(false);
  return stderr.replace(/\s+/g, " ");
}

// TensorFlow's package for GPUs exists for this platform alone.
describe.skipIf(process.platform !== "linux" || process.arch !== "x64")("TensorFlow for GPUs, asked for", () => {
  it("is built against the Python package for GPUs, with its CUDA libraries where its run path looks", async () => {
    checkout.install("nvidia-smi");
    const first = await checkout.run({ ...SEEN, FAKE_WHEEL: "there" });
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(
      /fetching TensorFlow [\d.]+ for GPUs.*: 13 packages, 3\.9 GB \(up to 7\.8 GB on disk\)/,
    );
    expect(first.stdout).toMatch(
      /good build loads \(with the GPU; built against TensorFlow's Python package for GPUs\)/,
    );
    expect(checkout.calls()).not.toContain("install.js gpu");

    const cuda = join(addonFolder(), "deps", "lib", "..", "nvidia");
    expect(readdirSync(cuda)).toEqual(expect.arrayContaining(["cublas", "cuda_runtime", "cudnn", "nccl"]));
    expect(readdirSync(join(cuda, "cudnn")).sort()).toEqual(["RECORD", "bin", "lib"]);
    expect(statSync(join(cuda, "cuda_nvcc", "bin", "ptxas")).mode & 0o111).toBe(0o111);
    expect(readdirSync(checkout.path(".setup", "downloads"))).toEqual([]);
    // Without it TensorFlow sees no GPU.
    expect(checkout.read(".setup/logs/native.log")).toContain("-l:libcusolver.so.12");

    expect(await checkout.run({ ...SEEN })).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("goes on where the download ended, and fetches one package anew whose version changed", async () => {
    checkout.install("nvidia-smi");
    expect(await stopped({ ...SEEN, FAKE_WHEEL: "but nccl" })).toMatch(
      /could not be fetched: files\.example does not answer\. .*what was fetched is kept; or unset DIFFREPAIRER_BACKEND/,
    );
    expect((await checkout.run({ ...SEEN, FAKE_WHEEL: "there" })).stdout).toMatch(/: 2 packages, 0\.6 GB/);
    const script = checkout.read("scripts/setup/native/cuda.js");
    checkout.write("scripts/setup/native/cuda.js", script.replace(/cudnn: "[\d.]+"/, 'cudnn: "99.1"'));
    checkout.writeLock("1.0.1");
    expect((await checkout.run({ ...SEEN, FAKE_WHEEL: "there" })).stdout).toMatch(/: 1 package, 0\.3 GB/);
    expect(checkout.read(".setup/tensorflow-gpu/nvidia/cudnn/RECORD")).toMatch(/cudnn_cu12-99\.1\.dist-info/);
  });

  it("says about how much it fetches where the index states no sizes", async () => {
    checkout.install("nvidia-smi");
    const { stdout } = await checkout.run({ ...SEEN, FAKE_WHEEL: "unsized" });
    expect(stdout).toMatch(/: 13 packages, about 3\.4 GB/);
  });

  it("stops where there is no GPU, before anything is fetched", async () => {
    const text = await stopped({ ...ASKED, FAKE_WHEEL: "there" });
    expect(text).toMatch(/no NVIDIA GPU here.*unset DIFFREPAIRER_BACKEND.*DIFFREPAIRER_GPU=prepare/);
    expect(checkout.has(".setup/tensorflow-gpu")).toBe(false);
  });

  it("is made ready where there is no GPU if that is asked for too, and tried again on the machine with one", async () => {
    const prepared = await checkout.run({ ...ASKED, DIFFREPAIRER_GPU: "prepare", FAKE_WHEEL: "there" });
    expect(prepared.stdout).toMatch(/no NVIDIA GPU here: preparing.*computes on the CPU/);
    expect(prepared.stdout).toMatch(/good build loads \(for a GPU, without one; built against/);
    rmSync(checkout.path(".setup", "tensorflow-gpu", "nvidia", "cudnn", "lib"), { recursive: true });
    const mended = await checkout.run({ ...ASKED, DIFFREPAIRER_GPU: "prepare", FAKE_WHEEL: "there" });
    expect(mended.stdout).toMatch(/: 1 package, .*good build loads/s);
    checkout.install("nvidia-smi");
    checkout.calls();
    expect((await checkout.run(SEEN)).stdout).toMatch(/good build loads \(with the GPU; already there\)/);
    expect(checkout.calls()).toEqual([]);
  });

  it("stops where the build does not see the GPU, names the driver, and leaves no addon behind", async () => {
    checkout.install("nvidia-smi");
    expect(await stopped({ ...ASKED, FAKE_WHEEL: "there" })).toMatch(
      /loads but does not see the GPU.*driver of version 525.*native\.log/,
    );
    expect(existsSync(join(addonFolder(), "lib"))).toBe(false);
  });

  it.each([
    ["the disk has no room", { FAKE_WHEEL: "huge" }, /too little room on the disk.*26000000\.0 GB are needed/],
    ["the disk is full", { FAKE_WHEEL: "full" }, /could not be fetched: The disk is full/],
    ["the index cannot be reached", {}, /could not be fetched: the index cannot be reached/],
    ["the index states no checksum", { FAKE_WHEEL: "unsigned" }, /the index states no SHA-256 for tensorflow-/],
    ["the addon does not compile", { FAKE_WHEEL: "there", FAKE_COMPILER: "error" }, /does not compile.*node_api\.h/],
    ["the addon does not load", { FAKE_WHEEL: "there", FAKE_COMPILER: "bad" }, /does not load or computes wrongly/],
  ])("stops where %s", async (_name, env, message) => {
    checkout.install("nvidia-smi");
    expect(await stopped({ ...SEEN, ...env })).toMatch(message);
  });

  it("stops where there is no compiler", async () => {
    checkout.install("nvidia-smi");
    checkout.uninstall("g++");
    expect(await stopped({ ...SEEN, FAKE_WHEEL: "there" })).toMatch(/no C\+\+ compiler.*install -y g\+\+/);
    expect(checkout.has(".setup/tensorflow-gpu")).toBe(false);
  });

  it("is built against what LIBTENSORFLOW_DIR names, and then nothing is fetched", async () => {
    checkout.install("nvidia-smi");
    const env = { ...SEEN, LIBTENSORFLOW_DIR: checkout.writeLibTensorFlow("libtensorflow") };
    expect((await checkout.run(env)).stdout).toMatch(/with the GPU; built against LIBTENSORFLOW_DIR/);
    expect(existsSync(join(addonFolder(), "deps", "nvidia"))).toBe(false);
  });
});

describe.skipIf(process.platform !== "linux" || process.arch !== "x64")("TensorFlow for GPUs, not asked for", () => {
  it("is built against what was unpacked before, and never fetched", async () => {
    checkout.install("nvidia-smi");
    const unasked = { FAKE_WHEEL: "there", FAKE_GPU_SEEN: "yes" };
    const without = await checkout.run(unasked);
    expect(without.stdout).toMatch(/DIFFREPAIRER_BACKEND=gpu npm run setup/);
    expect(without.stdout).not.toMatch(/fetching TensorFlow [\d.]+ for GPUs/);
    expect((await checkout.run({ ...SEEN, ...unasked })).code).toBe(0);
    checkout.writeLock("1.0.1");
    checkout.calls();
    expect((await checkout.run(unasked)).stdout).toMatch(/with the GPU; built against TensorFlow's Python package/);
    expect(checkout.calls()).not.toContain("install.js gpu");
  });
});
