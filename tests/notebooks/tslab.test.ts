import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PACKAGE_ROOT } from "../../src/cli/package-root.js";
import { installedVersion } from "../../src/cli/notebooks/environment.js";
import { ALL, FILES, noiseIn, NOTEBOOKS, outputsOf, run } from "./run.js";

// Of the main way through the project; the others use the same parts of the library and take minutes more.
const MAIN = FILES.filter((file) => (ALL ? /^(01|02|07)-/ : /^(01|02)-/).test(file));

// tslab finds types only in node_modules, so the notebooks lie beside an installed package here, as npm would lay it out.
const folder = mkdtempSync(join(tmpdir(), "diffrepairer-tslab-"));
const kernels = join(folder, "jupyter");

beforeAll(() => {
  const spec = join(kernels, "kernels", "tslab");
  mkdirSync(spec, { recursive: true });
  const tslab = join(PACKAGE_ROOT, "node_modules", "tslab", "bin", "tslab");
  writeFileSync(
    join(spec, "kernel.json"),
    JSON.stringify({
      argv: [process.execPath, tslab, "kernel", "--config-path", "{connection_file}"],
      display_name: "TypeScript (tslab)",
      language: "typescript",
    }),
  );
  const installed = join(folder, "node_modules", "diffrepairer");
  mkdirSync(installed, { recursive: true });
  copyFileSync(join(PACKAGE_ROOT, "package.json"), join(installed, "package.json"));
  symlinkSync(join(PACKAGE_ROOT, "dist"), join(installed, "dist"));
  for (const file of MAIN) copyFileSync(join(NOTEBOOKS, file), join(folder, file));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(installedVersion("tslab"))("in tslab", () => {
  it.each(MAIN)("%s runs to its end, its cells type-checked", async (file) => {
    const target = join(folder, `executed-${file}`);
    const { end } = await run({
      source: join(folder, file),
      target,
      kernel: "tslab",
      environment: { JUPYTER_PATH: kernels },
    });
    const outputs = await outputsOf(target);
    expect(noiseIn(outputs)).toEqual([]);
    expect(end.status).toBe("complete");
    expect(outputs.length).toBeGreaterThan(3);
  });
});
