import { describe, expect, it } from "vitest";
import { PACKAGE_ROOT, projectOf } from "../../src/cli/package-root.js";
import { setUpProject } from "../../src/cli/setup-command.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

describe("diffrepairer setup", () => {
  it("belongs to the project that holds the outermost node_modules, or to the checkout itself", () => {
    expect(projectOf("/home/a/work/node_modules/diffrepairer")).toBe("/home/a/work");
    expect(projectOf("/home/a/work/node_modules/.pnpm/diffrepairer@1/node_modules/diffrepairer")).toBe("/home/a/work");
    expect(projectOf(PACKAGE_ROOT)).toBe(PACKAGE_ROOT);
  });

  it("touches no project but the one it is run in", async () => {
    const elsewhere = temporaryFolder();
    await expect(setUpProject(elsewhere, "/usr/lib")).rejects.toThrow(/not in the project.*npm install diffrepairer/);
    await expect(setUpProject(`${elsewhere}-beside`, elsewhere)).rejects.toThrow(/npm install diffrepairer/);
  });
});
