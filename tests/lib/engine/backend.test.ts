import { describe, expect, it } from "vitest";
import {
  backend,
  chooseBackend,
  reportOf,
  type BackendHost,
  type BackendName,
} from "../../../src/lib/engine/backend.js";
import type { Tf } from "../../../src/lib/engine/tensorflow.js";

const tf = { version: { tfjs: "4.22.0" } } as unknown as Tf;

function host(
  overrides: Partial<BackendHost> & { loads?: BackendName[] } = {},
): BackendHost & { tried: BackendName[] } {
  const tried: BackendName[] = [];
  const { loads = ["tensorflow", "wasm", "cpu"], ...rest } = overrides;
  return {
    override: undefined,
    hasNvidiaGpu: () => false,
    load: async (name) => {
      tried.push(name);
      if (!loads.includes(name)) throw new Error(`cannot load ${name}\nsecond line`);
      return tf;
    },
    describe: (_tf, name) => ({ gpu: name === "tensorflow-gpu", tensorflow: "2.21.0", threads: 2 }),
    ...rest,
    tried,
  };
}

describe("chooseBackend", () => {
  it("takes tfjs-node where there is no GPU, without trying the GPU package", async () => {
    const machine = host();
    const engine = await chooseBackend(machine);
    expect(engine).toMatchObject({ name: "tensorflow", native: true, device: "CPU", threads: 2 });
    expect(engine.notice).toBeUndefined();
    expect(machine.tried).toEqual(["tensorflow"]);
  });

  it("takes tfjs-node-gpu where there is a GPU and it loads", async () => {
    const engine = await chooseBackend(host({ hasNvidiaGpu: () => true, loads: ["tensorflow-gpu"] }));
    expect(engine).toMatchObject({ name: "tensorflow-gpu", native: true, device: "GPU" });
  });

  it("goes on to tfjs-node where the GPU package does not load", async () => {
    const machine = host({ hasNvidiaGpu: () => true });
    expect((await chooseBackend(machine)).name).toBe("tensorflow");
    expect(machine.tried).toEqual(["tensorflow-gpu", "tensorflow"]);
  });

  it("does not call a GPU package that computes on the CPU a GPU", async () => {
    const describeCpu = () => ({ gpu: false, tensorflow: "2.21.0", threads: 2 });
    const machine = host({ hasNvidiaGpu: () => true, loads: ["tensorflow-gpu"], describe: describeCpu });
    expect(await chooseBackend(machine)).toMatchObject({ name: "tensorflow", device: "CPU", native: true });
  });

  it("falls back to wasm, then cpu, and says so with the reason and the cure", async () => {
    const wasm = await chooseBackend(host({ loads: ["wasm", "cpu"] }));
    expect(wasm).toMatchObject({ name: "wasm", native: false });
    expect(wasm.notice).toMatch(/SLOW ENGINE.*WebAssembly.*cannot load tensorflow\..*npx diffrepairer setup/);
    expect(wasm.notice).not.toContain("second line");
    const cpu = await chooseBackend(host({ loads: ["cpu"] }));
    expect(cpu).toMatchObject({ name: "cpu", native: false });
    expect(cpu.notice).toMatch(/plain JavaScript/);
  });

  it("obeys DIFFREPAIRER_BACKEND and tries nothing else", async () => {
    const machine = host({ override: "gpu" });
    await expect(chooseBackend(machine)).rejects.toThrow(/tensorflow-gpu: cannot load.*unset DIFFREPAIRER_BACKEND/);
    expect(machine.tried).toEqual(["tensorflow-gpu"]);
    expect((await chooseBackend(host({ override: "cpu" }))).name).toBe("cpu");
    expect((await chooseBackend(host({ override: "" }))).name).toBe("tensorflow");
  });

  it("names the allowed values of DIFFREPAIRER_BACKEND", async () => {
    await expect(chooseBackend(host({ override: "cuda" }))).rejects.toThrow('"cuda"; allowed: gpu, node, wasm, cpu');
  });

  it("reports plain values", async () => {
    const report = reportOf(await chooseBackend(host()));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report).toMatchObject({ name: "tensorflow", tensorflow: "2.21.0", tfjs: "4.22.0", notice: null });
  });
});

describe("backend", () => {
  it("announces itself to programs that do not know the library", async () => {
    const { name, device } = await backend();
    expect(Reflect.get(globalThis, Symbol.for("diffrepairer.backend"))).toEqual({ name, device });
  });
});
