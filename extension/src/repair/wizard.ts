import type { JupyterFrontEnd } from "@jupyterlab/application";
import { Dialog, Notification, showDialog, showErrorMessage } from "@jupyterlab/apputils";
import type { FileBrowser } from "@jupyterlab/filebrowser";
import { NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import { UUID } from "@lumino/coreutils";
import { Inspector, kernelName } from "./inspector.js";
import { repairCells, stemOf } from "./repair-cells.js";
import { RepairForm } from "./repair-form.js";

type App = Pick<JupyterFrontEnd, "commands" | "serviceManager">;

const TITLE = "Repair a Sample";
const isSample = (name: string): boolean => /\.h5ad$/i.test(name);

/**
 * Asks which sample of the browser's folder is repaired, and how; then writes the notebook that does it, opens it, and begins to run it.
 *
 * @returns the notebook, if it is open in this page: a launcher makes way for it, and is kept waiting no longer
 */
export const openWizard = (app: App, browser: FileBrowser): Promise<NotebookPanel | undefined> =>
  ask(app, browser).catch(showError);

const showError = async (error: unknown): Promise<undefined> => {
  await showErrorMessage(TITLE, error instanceof Error ? error.message : String(error));
};

const ask = async (app: App, browser: FileBrowser): Promise<NotebookPanel | undefined> => {
  const { kernelspecs, sessions, contents } = app.serviceManager;
  const folder = browser.model.path;
  const items = [...browser.model.items()];
  const samples = items.map(({ name }) => name).filter(isSample);
  const [first] = samples;
  if (first === undefined)
    throw new Error("The folder that the file browser shows has no .h5ad file: go to one that has.");
  await kernelspecs.ready;
  const kernel = kernelName(Object.keys(kernelspecs.specs?.kernelspecs ?? {}));
  const inspector = new Inspector(() =>
    sessions.startNew({
      path: contents.localPath(within(folder, `diffrepairer-inspect-${UUID.uuid4()}`)),
      ...{ name: TITLE, type: "console", kernel: { name: kernel } },
    }),
  );
  const body = new RepairForm({
    samples,
    folders: items.filter(({ type }) => type === "directory").map(({ name }) => name),
    sample: [...browser.selectedItems()].map(({ name }) => name).find(isSample) ?? first,
    inspect: (sample, model) => inspector.inspect(sample, model),
  });
  const buttons = [Dialog.cancelButton(), Dialog.okButton({ label: "Create and Run Notebook" })];
  const { button, value } = await showDialog({ title: TITLE, body, buttons, focusNodeSelector: "select" });
  void inspector.close();
  if (!button.accept || !value) return undefined;

  const stem = await freeStem(app, folder, stemOf(value.sample));
  const cells = repairCells(value, `${stem}-repaired.h5ad`).map(({ type, source }) => ({
    ...{ cell_type: type, id: UUID.uuid4().slice(0, 8), metadata: {}, source },
    ...(type === "code" && { execution_count: null, outputs: [] }),
  }));
  const display_name = kernelspecs.specs?.kernelspecs[kernel]?.display_name ?? kernel;
  const metadata = { kernelspec: { name: kernel, display_name, language: "typescript" } };
  const path = within(folder, `${stem}-repair.ipynb`);
  const content = { cells, metadata, nbformat: 4, nbformat_minor: 5 };
  await contents.save(path, { type: "notebook", format: "json", content });
  return openNotebook(app, path);
};

/** A name by which neither the notebook nor what it writes is there already. */
const freeStem = async ({ serviceManager }: App, folder: string, stem: string): Promise<string> => {
  const { content } = await serviceManager.contents.get(folder);
  const taken = new Set((content as { name: string }[]).map(({ name }) => name));
  for (let n = 1; ; n++) {
    const free = n === 1 ? stem : `${stem}-${n}`;
    if (!taken.has(`${free}-repair.ipynb`) && !taken.has(`${free}-repaired.h5ad`)) return free;
  }
};

const openNotebook = async ({ commands }: App, path: string): Promise<NotebookPanel | undefined> => {
  const panel = (await commands.execute("docmanager:open", { path })) as NotebookPanel | undefined;
  // Notebook 7 opens it in a page of its own.
  if (!panel?.sessionContext) {
    Notification.info(`${path} is open: run all its cells.`);
    return undefined;
  }
  void run(panel).catch(showError);
  return panel;
};

const run = async (panel: NotebookPanel): Promise<void> => {
  await panel.context.ready;
  await panel.sessionContext.ready;
  await NotebookActions.runAll(panel.content, panel.sessionContext);
  await panel.context.save();
};

const within = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);
