import { join } from "node:path";
import { writeSources } from "./notebooks.js";
import { appears, check, execute, openNotebook, screenshot, until } from "./page.js";

const TEXTS = [
  "/** How many. */\nconst count: number = 3;\nfunction twice(n: number) {\n  return 2 * n;\n}",
  "const label = twice(count);",
  "label.toFixed( 1 )",
  "%md\n# Fences\n\n```ts\nconst a: number = 1;\n```\n\n```typescript\ninterface B { c: string }\n```",
  'import { join, resolve } from "node:path";\nimport { basename } from "node:path";\njoin(basename("a"));',
];

/** What a reader of a TypeScript notebook sees and does, and that a Python notebook is left alone. */
export async function checkCells(context, lab, notebooks) {
  await writeSources(join(notebooks, "cells.ipynb"), TEXTS);
  const page = await openNotebook(context, lab, "cells.ipynb");
  const errors = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.locator(".drl-typescript").waitFor({ timeout: 60_000 });

  const cell = (i) => page.locator(".jp-Notebook .jp-Cell").nth(i);
  const content = (i) => cell(i).locator(".cm-content");
  const squiggles = page.locator(".cm-lintRange-error");
  const command = (name) => execute(page, `diffrepairer-lab:${name}`, {});
  const texts = () =>
    page.evaluate(() =>
      window.jupyterapp.shell.currentWidget.content.widgets.map(({ model }) => model.sharedModel.getSource()),
    );
  /** Puts the cursor behind the n-th place where a cell has a text. */
  const goTo = async (i, text, n = 0) => {
    await page.evaluate(
      ([index, word, nth]) => {
        const notebook = window.jupyterapp.shell.currentWidget.content;
        const { editor, model } = notebook.widgets[index];
        let at = -1;
        for (let k = 0; k <= nth; k++) at = model.sharedModel.getSource().indexOf(word, at + 1);
        notebook.activeCellIndex = index;
        notebook.mode = "edit";
        editor.focus();
        editor.setCursorPosition(editor.getPositionAt(at + word.length));
      },
      [i, text, n],
    );
  };
  const cursor = () =>
    page.evaluate(() => {
      const { activeCell, activeCellIndex } = window.jupyterapp.shell.currentWidget.content;
      const { start, end } = activeCell.editor.getSelection();
      const text = activeCell.model.sharedModel.getSource();
      return `${activeCellIndex}: ${text.slice(activeCell.editor.getOffsetAt(start), activeCell.editor.getOffsetAt(end))}`;
    });
  const settled = (what) =>
    page.waitForFunction(what, undefined, { timeout: 30_000 }).then(
      () => true,
      () => false,
    );

  const keywords = await content(0).locator("span").allTextContents();
  check("TypeScript is highlighted", keywords.includes("function"));
  const fences = await cell(3).locator(".jp-RenderedMarkdown pre code span").allTextContents();
  check("… in fences of Markdown: ts", fences.includes("const"), fences.join(" "));
  check("… and typescript", fences.includes("interface"));
  await cell(3).dblclick();
  await content(3).waitFor();
  const edited = await content(3).locator(".cm-line span").allTextContents();
  check(
    "… and in the editor of a Markdown cell",
    edited.includes("const") && edited.includes("interface"),
    edited.join(" "),
  );
  await page.keyboard.press("Shift+Enter");

  await page.waitForTimeout(3_000);
  check("a notebook without faults shows none", (await squiggles.count()) === 0);
  await goTo(1, "twice(count");
  await page.keyboard.type("+ 'a'");
  await squiggles
    .first()
    .waitFor({ timeout: 30_000 })
    .catch(() => undefined);
  check("a fault appears while typing", (await cell(1).locator(".cm-lintRange-error").count()) > 0);
  await cell(1).locator(".cm-lintRange-error").first().hover();
  const diagnostic = page.locator(".cm-tooltip .cm-diagnostic");
  await diagnostic
    .first()
    .waitFor({ timeout: 5_000 })
    .catch(() => undefined);
  const said = (await diagnostic.allTextContents()).join();
  check("… says what is wrong, and its number", /not assignable.*TS2345/s.test(said), said);
  await screenshot(page, "cells-fault");
  for (let i = 0; i < 5; i++) await page.keyboard.press("Backspace");
  check("… and vanishes as the text is mended", await settled(() => !document.querySelector(".cm-lintRange-error")));

  await goTo(0, "count: ");
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("'three';");
  check(
    "a fault is in the cell below that it comes to",
    await settled(() => document.querySelectorAll(".cm-lintRange-error").length === 1),
  );
  await goTo(4, "join(basename");
  await page.keyboard.press("F8");
  check("F8 goes to it", await until(async () => (await cursor()).startsWith("0")), await cursor());
  const spoken = () => page.locator(".drl-announcer").textContent();
  check("… and has it read", (await spoken()).includes("TS2322"), await spoken());
  await screenshot(page, "cells-problem");
  await page.evaluate(() => {
    const [first] = window.jupyterapp.shell.currentWidget.content.widgets;
    first.model.sharedModel.setSource(
      first.model.sharedModel.getSource().replace("= 'three'", "= 3").replace("= ''three';", "= 3;"),
    );
  });
  await settled(() => !document.querySelector(".cm-lintRange-error"));

  const [x, y] = await page.evaluate(() => {
    const { editor } = window.jupyterapp.shell.currentWidget.content.widgets[1];
    const { left, top, bottom } = editor.getCoordinateForPosition({ line: 0, column: "const label = tw".length });
    return [left, (top + bottom) / 2];
  });
  await page.mouse.move(x - 3, y);
  await page.mouse.move(x, y);
  const note = page.locator(".drl-note");
  await note
    .first()
    .waitFor({ timeout: 10_000 })
    .catch(() => undefined);
  const type = (await note.allTextContents()).join();
  check("a hover shows the type", type.includes("twice(n: number): number"), type);
  await screenshot(page, "cells-hover");
  await page.mouse.move(5, 5);
  await goTo(1, "count");
  await page.keyboard.press("Alt+Shift+I");
  await note
    .getByText("const count: number")
    .waitFor({ timeout: 10_000 })
    .catch(() => undefined);
  const keyed = (await note.allTextContents()).join();
  check(
    "so does a key, with the documentation",
    keyed.includes("const count: number") && keyed.includes("How many."),
    keyed,
  );
  check("… and it is read", (await spoken()).includes("const count: number"), await spoken());

  await goTo(1, "twice");
  await page.keyboard.press("F12");
  const isAtTwice = () => until(async () => (await cursor()) === "0: twice");
  check("F12 goes to the cell that declares the name", await isAtTwice(), await cursor());

  await goTo(1, "coun");
  await page.keyboard.press("F2");
  const field = page.locator(".jp-Dialog input");
  await field.waitFor();
  check(
    "F2 asks for a new name, and says of what",
    (await page.locator(".jp-Dialog").textContent()).includes("New name of count"),
  );
  await screenshot(page, "cells-rename");
  await field.fill("total");
  await page.keyboard.press("Enter");
  const isRenamed = async () => {
    const [declaring, using] = await texts();
    return declaring.includes("const total: number") && using.includes("twice(total)");
  };
  check("a name is changed in both cells", await until(isRenamed), (await texts()).slice(0, 2).join(" | "));
  const mode = await page.evaluate(() => window.jupyterapp.shell.currentWidget.content.mode);
  check("… and one goes on typing where one was", mode === "edit");

  await goTo(2, "label");
  await page.keyboard.press("Alt+Shift+F");
  check(
    "a cell is laid out",
    await settled(
      () =>
        window.jupyterapp.shell.currentWidget.content.widgets[2].model.sharedModel.getSource() === "label.toFixed(1);",
    ),
    (await texts())[2],
  );
  await command("organize-imports");
  check(
    "imports are organised",
    await settled(
      () =>
        window.jupyterapp.shell.currentWidget.content.widgets[4].model.sharedModel.getSource() ===
        'import { basename, join } from "node:path";\njoin(basename("a"));',
    ),
    (await texts())[4],
  );

  await page.mouse.click(x, y, { button: "right" });
  const menu = await page.locator(".lm-Menu-itemLabel").allTextContents();
  check(
    "the menu of a cell has the commands",
    ["Go to Definition", "Rename Symbol…", "Format Cell"].every((label) => menu.includes(label)),
  );
  await screenshot(page, "cells-menu");
  await page.locator(".lm-Menu-itemLabel", { hasText: "Go to Definition" }).click();
  check("… which are about what it was opened on", await isAtTwice(), await cursor());

  await page.evaluate(() =>
    window.jupyterapp.shell.currentWidget.content.widgets[2].model.sharedModel.setSource("Math.m"),
  );
  await goTo(2, "Math.m");
  const completion = page.locator(".jp-Completer-item", { hasText: "max" });
  // JupyterLab drops an answer that takes more than a second, as the first of a kernel may.
  let isListed = false;
  for (let i = 0; i < 10 && !isListed; i++) {
    await page.keyboard.press("Tab");
    isListed = await appears(completion, 3_000);
  }
  check("Tab lists what a name can become", isListed);
  await screenshot(page, "cells-completion");
  await page.keyboard.press("Escape");

  await page.evaluate(() =>
    window.jupyterapp.shell.currentWidget.content.widgets[2].model.sharedModel.setSource("for (;;) {}"),
  );
  await page.evaluate(() => {
    window.jupyterapp.shell.currentWidget.content.activeCellIndex = 2;
    void window.jupyterapp.commands.execute("notebook:run-cell");
  });
  await page.waitForTimeout(2_000);
  await goTo(1, "label");
  await page.keyboard.type(": string");
  check(
    "a fault appears while a cell runs for ever",
    await settled(() => document.querySelector(".cm-lintRange-error") !== null),
  );
  await page.locator('.jp-NotebookPanel-toolbar [data-jp-item-name="interrupt"]').click();
  check(
    "the interrupt button stops it",
    await settled(() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === "idle"),
  );
  await page.evaluate(() => void window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.restart());
  await page.waitForTimeout(6_000);
  await page.locator(".drl-typescript").waitFor({ timeout: 30_000 });
  await goTo(1, ": string");
  for (let i = 0; i < 8; i++) await page.keyboard.press("Backspace");
  check(
    "faults follow the text after a restart of the kernel",
    await settled(() => !document.querySelector(".cm-lintRange-error")),
    (await texts())[1],
  );
  check("nothing went wrong in the page", errors.length === 0, errors.join("; "));
  await page.close();

  await writeSources(join(notebooks, "python.ipynb"), ["n: int = 1", "n.gone"], "python3");
  const python = await openNotebook(context, lab, "python.ipynb");
  const sent = [];
  python.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(String(payload))));
  const wrong = [];
  python.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  await python.reload();
  await python.locator(".jp-CodeCell").first().waitFor();
  await python.waitForTimeout(8_000);
  check(
    "a Python notebook has a kernel",
    sent.some((text) => text.includes("kernel_info_request")),
    `${sent.length} messages`,
  );
  check("… that no comm is opened to", !sent.some((text) => text.includes("diffrepairer.language")));
  check("… and shows nothing of ours", (await python.locator(".drl-typescript, .drl-announcer").count()) === 0);
  check("… and no error", wrong.length === 0, wrong.join("; "));
  const size = await python.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .reduce((sum, { name, decodedBodySize }) => sum + (name.includes("diffrepairer-lab") ? decodedBodySize : 0), 0),
  );
  check("… and fetches no more than JupyterLab's start does", size < 60_000, `${size} bytes`);
  await python.close();
}
