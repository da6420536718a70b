import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundle, readNotebook, text } from "../../src/cli/notebook-file.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { code, figure, markdown, stdout, writeNotebook } from "./samples.js";

describe("a notebook's file", () => {
  it("gives name, title and cells", async () => {
    const path = join(temporaryFolder(), "01-first.ipynb");
    const cells = [code("# no heading"), markdown("text\n# The title \n# Another"), code("2")];
    writeNotebook(path, cells);
    expect(await readNotebook(path)).toEqual({ name: "01-first", title: "The title", cells, needs: [] });
  });

  it("gives the data sets that its metadata says it needs", async () => {
    const path = join(temporaryFolder(), "09-brain.ipynb");
    writeFileSync(path, JSON.stringify({ cells: [], metadata: { diffrepairer: { needs: ["brain"] } } }));
    expect((await readNotebook(path)).needs).toEqual(["brain"]);
  });

  it("is titled by its name where it has no heading, and named alike when it failed", async () => {
    const path = join(temporaryFolder(), "01-first.failed.ipynb");
    writeNotebook(path, [markdown("## only a second-level heading")]);
    expect(await readNotebook(path)).toMatchObject({ name: "01-first", title: "01-first" });
  });

  it("may have texts as lines", () => {
    expect(text(["a\n", "b"])).toBe("a\nb");
    expect(text("a")).toBe("a");
    expect(text(undefined)).toBe("");
    expect(text({})).toBe("");
  });

  it("has MIME bundles in displays and results only", () => {
    expect(Object.keys(bundle(figure("x")))).toContain("image/png");
    expect(bundle(stdout("text"))).toEqual({});
    expect(bundle({ output_type: "error", ename: "E", evalue: "", traceback: [] })).toEqual({});
  });
});
