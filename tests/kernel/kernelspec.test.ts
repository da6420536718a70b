import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi, onTestFinished } from "vitest";
import { installKernelSpec, kernelSpecs, removeKernelSpec, tryKernel, type InstalledSpec } from "../../kernel/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { KERNEL_MAIN, ROOT, testPython } from "./python.js";

const read = (folder: string) =>
  JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8")) as Record<string, unknown>;
const inFolder = (prefix: string): InstalledSpec[] =>
  kernelSpecs([prefix]).filter(({ folder }) => folder.startsWith(prefix));

describe("a kernelspec", () => {
  test("says how the kernel is started and interrupted, in what language, and has its logos", async () => {
    const folder = await installKernelSpec({ prefix: temporaryFolder() });
    expect(read(folder)).toMatchObject({
      argv: [process.execPath, KERNEL_MAIN, "{connection_file}"],
      display_name: "TypeScript (diffrepairer)",
      language: "typescript",
      interrupt_mode: "message",
      kernel_protocol_version: "5.5",
      env: {},
      metadata: { debugger: expect.any(Boolean), diffrepairer: { version: "0.1.0" } },
    });
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]));
  });

  test("has the name, the title and the environment that are asked for, beside one of another name", async () => {
    const prefix = temporaryFolder();
    await installKernelSpec({ prefix });
    const options = { name: "ts-next", displayName: "TypeScript, next", environment: { DIFFREPAIRER_TYPES: "warn" } };
    const folder = await installKernelSpec({ prefix }, options);
    expect(read(folder)).toMatchObject({ display_name: "TypeScript, next", env: { DIFFREPAIRER_TYPES: "warn" } });
    expect(inFolder(prefix)).toMatchObject([
      { name: "diffrepairer", version: "0.1.0", problem: undefined },
      { name: "ts-next", displayName: "TypeScript, next", environment: { DIFFREPAIRER_TYPES: "warn" } },
    ]);
    expect(await removeKernelSpec({ prefix }, "ts-next")).toBe(true);
    expect(inFolder(prefix)).toHaveLength(1);
  });

  test("goes where Jupyter looks: the user's folder, or the active environment", async () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    const [user, environment] = [temporaryFolder(), temporaryFolder()];
    vi.stubEnv("JUPYTER_DATA_DIR", user);
    vi.stubEnv("VIRTUAL_ENV", environment);
    expect(await installKernelSpec({ user: true }, { name: "mine" })).toBe(join(user, "kernels/mine"));
    expect(await installKernelSpec({ sysPrefix: true })).toBe(join(environment, "share/jupyter/kernels/diffrepairer"));
    const seen = execFileSync(testPython(), ["-m", "jupyter", "kernelspec", "list", "--json"], { encoding: "utf8" });
    const { kernelspecs } = JSON.parse(seen) as { kernelspecs: Record<string, { resource_dir: string }> };
    expect(kernelspecs["mine"]?.resource_dir).toBe(join(user, "kernels/mine"));
  });

  test("of another kernel is neither replaced nor removed", async () => {
    const prefix = temporaryFolder();
    const folder = join(prefix, "share/jupyter/kernels/python3");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "kernel.json"), '{"argv": ["python"]}');
    await expect(installKernelSpec({ prefix }, { name: "python3" })).rejects.toThrow("is another kernel's");
    await expect(removeKernelSpec({ prefix }, "python3")).rejects.toThrow("is another kernel's");
    expect(read(folder)).toEqual({ argv: ["python"] });
    expect(inFolder(prefix)).toEqual([]);
  });

  test.each(["", "..", "../up", "a/b", ".hidden", "a b", "\u0000"])("cannot be called %j", async (name) => {
    const prefix = temporaryFolder();
    await expect(installKernelSpec({ prefix }, { name })).rejects.toThrow(RangeError);
    await expect(removeKernelSpec({ prefix }, name)).rejects.toThrow(RangeError);
    expect(readdirSync(prefix)).toEqual([]);
  });
});

describe("trying a kernel", () => {
  const spec = (argv: string[], environment: Record<string, string> = {}): InstalledSpec => ({
    name: "tried",
    displayName: "",
    folder: "",
    argv,
    environment,
    version: undefined,
    problem: undefined,
  });

  test("starts it, has it add one and one, and leaves nothing behind", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("kernel-trial-"));
    const prefix = temporaryFolder();
    await installKernelSpec({ prefix });
    expect(await tryKernel(inFolder(prefix)[0] as InstalledSpec)).toMatchObject({
      works: true,
      banner: expect.stringMatching(/^diffrepairer 0\.1\.0: TypeScript .* on Node\.js/),
    });
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("kernel-trial-"))).toEqual(before);
  });

  test("works from a folder whose name has spaces and letters beyond ASCII", async () => {
    const root = join(temporaryFolder(), "mein Ordner – ü 目 $HOME 'x'");
    cpSync(join(ROOT, "dist/kernel"), join(root, "dist/kernel"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(root, "package.json"));
    symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
    const main = join(root, "dist/kernel/main.js");
    expect(await tryKernel(spec([process.execPath, main, "{connection_file}"]))).toMatchObject({ works: true });
  });

  test("works without the library: of the package's own code the kernel needs its folder alone", async () => {
    const root = temporaryFolder();
    cpSync(join(ROOT, "dist/kernel"), join(root, "dist/kernel"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(root, "package.json"));
    symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
    expect(existsSync(join(root, "dist/src"))).toBe(false);
    const main = join(root, "dist/kernel/main.js");
    expect(await tryKernel(spec([process.execPath, main, "{connection_file}"]))).toMatchObject({ works: true });
  });

  test.each([
    [["/no/such/program"], /ENOENT/],
    [[process.execPath, "-e", "console.error('no luck'); process.exit(3)"], /it ended \(exit code 3\): no luck/],
    [[process.execPath, "-e", "process.kill(process.pid, 'SIGKILL')"], /it ended \(SIGKILL\)/],
    [[process.execPath, "-e", "setInterval(() => {}, 1000)"], /it gave no answer for 1 s/],
  ])("%j says what is wrong", async (argv, problem) => {
    expect(await tryKernel(spec(argv), 1000)).toEqual({ works: false, problem: expect.stringMatching(problem) });
  });
});
