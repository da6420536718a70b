import { existsSync } from "node:fs";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { datasets, io } from "../../dist/src/lib/index.js";
import { appears, cell, check, contrastOf, execute, screenshot, setTheme, until } from "./page.js";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));
const DIALOG = ".jp-Dialog";
const FACTS = `${DIALOG} .drl-facts`;
const MINUTES = 60_000;

const fact = (page, text) => appears(page.locator(`${FACTS} dd, ${FACTS} p`, { hasText: text }), 2 * MINUTES);

/** The control that a reader of the label would find. */
const control = (page, label) => page.locator(DIALOG).getByLabel(label, { exact: true });

const openByPalette = async (page) => {
  await page.keyboard.press("Control+Shift+C");
  await page.locator("#command-palette input").fill("Repair a Sample");
  await page.keyboard.press("Enter");
  await page.locator(FACTS).waitFor();
};

/** Opens the dialog by the launcher's card, by keys alone. */
const openByCard = async (page) => {
  const card = page.locator(".jp-Launcher").getByRole("button", { name: "Repair a Sample…" });
  check("the launcher has a card that repairs, with an icon", await appears(card.locator("svg"), MINUTES));
  for (const theme of ["Dark", "Light"]) {
    await setTheme(page, theme);
    for (const [part, of] of [
      ["label", card.locator(".jp-LauncherCard-label")],
      ["icon", card.locator("svg path")],
    ]) {
      const ratio = await contrastOf(of);
      const least = part === "label" ? 4.5 : 3;
      check(`… whose ${part} has the contrast of AA, ${theme.toLowerCase()}`, ratio >= least, ratio.toFixed(1));
    }
    await screenshot(page, `repair-launcher-${theme.toLowerCase()}`);
  }
  const before = page.locator(".jp-LauncherCard").nth(-2);
  await before.focus();
  await page.keyboard.press("Tab");
  check("… to which Tab goes", await card.evaluate((element) => element === document.activeElement));
  await page.keyboard.press("Enter");
  await page.locator(FACTS).waitFor();
};

const untilEnabled = (page, isEnabled) =>
  page
    .waitForFunction((wanted) => document.querySelector(".jp-Dialog .jp-mod-accept")?.disabled === !wanted, isEnabled, {
      timeout: 10_000,
    })
    .then(
      () => true,
      () => false,
    );

const hiddenSessions = async (lab) => {
  const sessions = await (await fetch(`${lab.url}/api/sessions`)).json();
  return sessions.filter(({ path }) => path.includes("diffrepairer-inspect")).length;
};

/** A folder with a small sample, in whose notebooks the package is found. */
export const writeSample = async (notebooks) => {
  const folder = join(notebooks, "samples");
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await symlink(CHECKOUT, join(folder, "node_modules", "diffrepairer"));
  const cells = datasets.simulate({
    ...{ cells: 260, genes: 120, groups: [0.5, 0.5], deProbability: 0.3, deLocation: 1, libraryLocation: 6.5, seed: 3 },
  });
  await io.writeH5ad(cells, join(folder, "tiny.h5ad"));
  return folder;
};

/** The dialog that chooses a sample and a model, and the notebook that it writes and runs. */
export async function checkRepair(context, lab, notebooks) {
  const folder = await writeSample(notebooks);
  const page = await context.newPage();
  await page.goto(`${lab.url}/lab/tree/samples?reset`);
  const file = page.locator('.jp-DirListing-item[data-file-type="h5ad"]');
  await file.waitFor({ timeout: 2 * MINUTES });
  await file.click({ button: "right" });
  const entry = page.locator(".lm-Menu-item", { hasText: "Repair a Sample" });
  check("the menu of an h5ad file repairs it", await appears(entry));
  await page.keyboard.press("Escape");

  await openByCard(page);
  check(
    "… and Enter opens the dialog, whose sample has the focus",
    await control(page, "Sample").evaluate((sample) => sample === document.activeElement),
  );
  check(
    "the sample's cells are counted",
    await fact(page, "260"),
    (await page.locator(FACTS).allTextContents()).join(),
  );
  const said = await page.locator(FACTS).textContent();
  check("… its genes, depth and zeros", /Genes120.*Depth[\d,.]+ molecules.*Zeros[\d.]+ %/.test(said), said);
  const unnamed = await page
    .locator(`${DIALOG} select, ${DIALOG} input`)
    .evaluateAll((controls) => controls.filter(({ labels }) => labels.length === 0).length);
  check("every control has a label", unnamed === 0);
  check(
    "only what the model needs is asked for",
    (await page.locator(`${DIALOG} .drl-field label:visible`).allTextContents()).join() ===
      "Sample,Model,Training,Severity",
  );
  await screenshot(page, "repair-dialog");

  await page.keyboard.press("Tab");
  await page.keyboard.type("saved");
  check("keys choose a saved model, whose folder must be named", await untilEnabled(page, false));
  await page.keyboard.press("Tab");
  await page.keyboard.type("nowhere");
  check("… then the notebook can be made", await untilEnabled(page, true));
  await page.keyboard.press("Tab");
  check(
    "… a folder without a model is told about",
    await fact(page, "nowhere"),
    await page.locator(FACTS).textContent(),
  );
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.type("trained");
  await control(page, "Training").selectOption("trial");
  check("the training file is one of the folder's", (await control(page, "Trained on").inputValue()) === "tiny.h5ad");
  await page.keyboard.press("Enter");

  const done = join(folder, "tiny-repaired.h5ad");
  check("Enter writes the notebook, opens it and runs it", await until(() => existsSync(done), 5 * MINUTES));
  check("… in the launcher's place", (await page.locator(".jp-Launcher").count()) === 0);
  check("… all of it", await appears(page.locator(".jp-NotebookPanel .drl-chart svg.marks"), MINUTES));
  const errors = await page
    .locator('.jp-OutputArea-output[data-mime-type*="stderr"], .jp-OutputArea-output[data-mime-type*="error"]')
    .allTextContents();
  check(
    "… without an error",
    errors.every((text) => !/Error/.test(text)),
    errors.join().slice(0, 300),
  );
  const output = (await page.locator(".jp-NotebookPanel .jp-OutputArea-output").allTextContents()).join(" ");
  check(
    "… and says how good the repair is",
    /correlation with the clean cell to be expected, median: 0\.\d\d/.test(output),
  );
  await screenshot(page, "repair-notebook");
  const saved = async () => JSON.parse(await readFile(join(folder, "tiny-repair.ipynb"), "utf8")).cells.at(-1);
  check("… and is saved", await until(async () => (await saved()).execution_count !== null));
  const repaired = await io.readH5ad(done, { nonFinite: "keep" });
  check("the file has the repaired layer", "repaired" in repaired.layers && repaired.nObs === 260);
  check("no hidden session is left", await until(async () => (await hiddenSessions(lab)) === 0));

  await openByPalette(page);
  check("the palette opens the dialog too", await appears(control(page, "Sample")));
  await control(page, "Model").selectOption("saved");
  await control(page, "Folder").fill("tiny-trial-model");
  await page.keyboard.press("Tab");
  check(
    "a saved model is held against the sample",
    await fact(page, "113 of its 113 genes"),
    await page.locator(FACTS).textContent(),
  );
  check("… with the checks of its damage", await fact(page, "the training damage"));
  await screenshot(page, "repair-beside-model");
  for (const theme of ["Light", "Dark"]) {
    await setTheme(page, theme);
    for (const part of ["dt", "dd", ".drl-field label", "select"]) {
      const ratio = await contrastOf(page.locator(`${DIALOG} ${part}`));
      check(`contrast of ${part} is AA, ${theme.toLowerCase()}`, ratio >= 4.5, ratio.toFixed(1));
    }
  }
  await screenshot(page, "repair-dark");
  await setTheme(page, "Light");
  await page.keyboard.press("Escape");
  check(
    "Escape leaves without a second notebook",
    !existsSync(join(folder, "tiny-2-repair.ipynb")) && (await page.locator(DIALOG).count()) === 0,
  );
  await execute(page, "filebrowser:go-to-path", { path: "/" });
  await page.close();
}
