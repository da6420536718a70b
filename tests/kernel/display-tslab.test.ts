import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check } from "../../kernel/language/check.js";
import { complete } from "../../kernel/language/complete.js";
import { CellService } from "../../kernel/language/service.js";
import { KernelClient, resultOf, type Executed } from "./kernel-client.js";

const folder = mkdtempSync(join(tmpdir(), "tslab-"));
const kernel = new KernelClient({ DIFFREPAIRER_TYPES: "off" });
beforeAll(async () => {
  const installed = join(folder, "node_modules/tslab");
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, "package.json"), '{ "name": "tslab", "main": "index.js" }');
  writeFileSync(join(installed, "index.js"), "throw new Error('the installed one')");
  writeFileSync(
    join(folder, "plot.ts"),
    "import { display } from 'tslab'; export const plot = () => display.html('plot')",
  );
  await kernel.start(folder);
});
afterAll(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true });
});

const outputs = ({ messages }: Executed): unknown[] =>
  messages
    .filter(({ type }) => type.endsWith("display_data"))
    .map(({ type, content }) => [type, content["data"], content["transient"]]);
const data = (executed: Executed): unknown[] => outputs(executed).map((output) => (output as unknown[])[1]);

describe("tslab's API under its name", () => {
  test("shows every type, also where another tslab is installed", async () => {
    const executed = await kernel.execute(`import * as tslab from "tslab";
      tslab.display.javascript("1"); tslab.display.html("2"); tslab.display.markdown("3"); tslab.display.latex("4");
      tslab.display.svg("5"); tslab.display.png(new Uint8Array([6])); tslab.display.jpeg(new Uint8Array([7]));
      tslab.display.gif(new Uint8Array([8])); tslab.display.pdf(new Uint8Array([9])); tslab.display.text("10");
      tslab.display.raw("text/x-own", "11"); tslab.display.raw("image/webp", new Uint8Array([12]))`);
    expect(data(executed)).toEqual([
      { "application/javascript": "1" },
      { "text/html": "2" },
      { "text/markdown": "3" },
      { "text/latex": "4" },
      { "image/svg+xml": "5" },
      { "image/png": "Bg==" },
      { "image/jpeg": "Bw==" },
      { "image/gif": "CA==" },
      { "application/pdf": "CQ==" },
      { "text/plain": "10" },
      { "text/x-own": "11" },
      { "image/webp": "DA==" },
    ]);
  });

  test("newDisplay shows once and then replaces what it has shown", async () => {
    const executed = await kernel.execute(
      'import { newDisplay } from "tslab"; const spot = newDisplay(); spot.text("a"); spot.html("b"); newDisplay().text("c")',
    );
    const [first, second, third] = outputs(executed) as [string, unknown, { display_id: string }][];
    expect([first?.[0], second?.[0], third?.[0]]).toEqual(["display_data", "update_display_data", "display_data"]);
    expect(second?.[2]).toEqual(first?.[2]);
    expect(third?.[2]).not.toEqual(first?.[2]);
    expect(resultOf(executed)).toBeUndefined();
  });

  test("is there for named, default and dynamic imports, require, and local modules", async () => {
    const code = `import { display as shown } from "tslab"; import api from "tslab"; import { plot } from "./plot";
      plot(); [(await import("tslab")).display, require("tslab").display, api.display].every((each) => each === shown)`;
    const executed = await kernel.execute(code);
    expect(resultOf(executed)).toBe("true");
    expect(data(executed)).toEqual([{ "text/html": "plot" }]);
    expect(resultOf(await kernel.execute("typeof require.resolve"))).toBe("'function'");
  });

  test("tells versions", async () => {
    expect(resultOf(await kernel.execute('import { versions } from "tslab"; versions'))).toMatch(
      /^\{ tslab: '1\.\d+\.\d+', typescript: '\d+\.\d+\.\d+', node: 'v\d+/,
    );
  });

  test("is known to the checker and to completion, installed or not", () => {
    for (const notebook of [folder, tmpdir()]) {
      const cells = new CellService(notebook);
      const use = 'import * as tslab from "tslab"; import { display } from "tslab"; display(1); tslab.newDisplay().';
      expect(check(cells, `${use}html("a"); const v: string = tslab.versions.node`)).toEqual([]);
      expect(check(cells, `${use}nothing()`).map(({ code }) => code)).toEqual([2339]);
      expect(complete(cells, { code: use, cursor: use.length }).matches).toEqual(
        expect.arrayContaining([
          "gif",
          "html",
          "javascript",
          "jpeg",
          "latex",
          "markdown",
          "pdf",
          "png",
          "raw",
          "svg",
          "text",
        ]),
      );
    }
  });
});
