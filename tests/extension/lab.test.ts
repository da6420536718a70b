import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { kernelFolder } from "../../src/cli/jupyter.js";
import { declineNews, installExtension } from "../../src/cli/lab.js";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lab-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

const script = (source: string): string => {
  const path = join(folder, "install.mjs");
  writeFileSync(path, `import { writeFileSync } from "node:fs";\n${source}`);
  return path;
};

describe("`diffrepairer lab`", () => {
  it("declines JupyterLab's news once, and leaves another answer", () => {
    const file = join(folder, "@jupyterlab", "apputils-extension", "notification.jupyterlab-settings");
    declineNews(folder);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ fetchNews: "false" });
    writeFileSync(file, "{}");
    declineNews(folder);
    expect(readFileSync(file, "utf8")).toBe("{}");
  });

  it("installs the extension into the checkout's environment", async () => {
    vi.stubEnv("DIFFREPAIRER_PYTHON", "");
    const said = join(folder, "said");
    await expect(installExtension(script(`writeFileSync(${JSON.stringify(said)}, process.argv[2])`))).resolves.toBe(
      undefined,
    );
    expect(readFileSync(said, "utf8")).toBe(kernelFolder().prefix);
  });

  it("says in a line why it could not", async () => {
    vi.stubEnv("DIFFREPAIRER_PYTHON", "");
    const failing = script('process.stderr.write("first\\nnpm error network\\n"); process.exitCode = 1;');
    await expect(installExtension(failing)).resolves.toBe("npm error network");
    await expect(installExtension(script("process.exitCode = 1;"))).resolves.toContain("Command failed");
  });

  it("leaves an environment that is not the checkout's, and a package without the extension", async () => {
    vi.stubEnv("DIFFREPAIRER_PYTHON", "");
    await expect(installExtension(join(folder, "missing.js"))).resolves.toBe(undefined);
    vi.stubEnv("DIFFREPAIRER_PYTHON", "/env/bin/python");
    await expect(installExtension(script("process.exitCode = 1;"))).resolves.toBe(undefined);
  });
});
