import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { installKernelSpec, kernelSpecs, removeKernelSpec } from "../../kernel/index.js";
import { testPython } from "./python.js";

const prefix = mkdtempSync(join(tmpdir(), "kernel prefix with spaces "));
afterAll(() => rmSync(prefix, { recursive: true }));

test("the installed kernel passes jupyter_kernel_test", async () => {
  const folder = await installKernelSpec({ prefix });
  expect(readdirSync(folder).sort()).toEqual(["kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]);
  const environment = { ...process.env, JUPYTER_PATH: join(prefix, "share", "jupyter") };
  const { stderr } = await promisify(execFile)(testPython(), [resolve(import.meta.dirname, "conformance.py")], {
    env: environment,
  });
  expect(stderr).toMatch(/\nRan 12 tests [\s\S]*\nOK\n/);
});

test("it is listed, replaced, and removed", async () => {
  await installKernelSpec({ prefix });
  const found = kernelSpecs([prefix]).find(({ folder }) => folder.startsWith(prefix));
  expect(found).toMatchObject({ folder: join(prefix, "share/jupyter/kernels/diffrepairer"), problem: undefined });
  expect(await removeKernelSpec({ prefix })).toBe(true);
  expect(await removeKernelSpec({ prefix })).toBe(false);
  expect(existsSync(found?.folder ?? "")).toBe(false);
});

test.each([[{}], [{ prefix: "/x", user: true }], [{ place: "/x" }]])("%j is no location", async (location: object) => {
  await expect(installKernelSpec(location)).rejects.toThrow(TypeError);
});
