import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { INotebookTracker } from "@jupyterlab/notebook";
import { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { IStatusBar } from "@jupyterlab/statusbar";
import type { LabIcon } from "@jupyterlab/ui-components";
import type { Widget } from "@lumino/widgets";
import { FiguresPanel } from "./figures-panel.js";
import { figuresIcon, variablesIcon } from "./icons.js";
import { insertText } from "./insert.js";
import { ProgressBar } from "./progress.js";
import { PROGRESS_MIME } from "./progress-content.js";
import { commOf } from "./session-comm.js";
import { StatusItem } from "./status-item.js";
import { STATUS_TARGET, type StatusNews } from "./status-text.js";
import { VariableViews } from "./variable-view.js";
import { VariablesPanel } from "./variables-panel.js";
import { VARIABLES_TARGET, type VariableNews } from "./variables.js";

interface SidePanel {
  readonly name: string;
  readonly icon: LabIcon;
  readonly caption: string;
  readonly rank: number;
}

/** Puts a panel at the right side, with a command that shows it. */
const addSidePanel = (
  { shell, commands }: JupyterFrontEnd,
  panel: Widget,
  { name, icon, caption, rank }: SidePanel,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
): void => {
  panel.id = `diffrepairer-${name.toLowerCase()}`;
  panel.title.icon = icon;
  panel.title.caption = caption;
  shell.add(panel, "right", { rank, type: name });
  restorer?.add(panel, panel.id);
  const command = `diffrepairer:show-${name.toLowerCase()}`;
  commands.addCommand(command, { label: `Show ${name}`, caption, execute: () => shell.activateById(panel.id) });
  palette?.addItem({ command, category: "Notebook Operations" });
};

/** The panel of variables. */
export const variablesPlugin: JupyterFrontEndPlugin<void> = {
  id: "diffrepairer-lab:variables",
  description: "A side panel with the variables of the active notebook.",
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
  ) => {
    const comm = commOf<VariableNews>(VARIABLES_TARGET);
    const views = new VariableViews(app.shell, rendermime);
    const panel = new VariablesPanel({
      tracker,
      comm,
      insert: insertText,
      view: (notebook, name) => void views.show(notebook, comm(notebook.sessionContext), name),
    });
    const caption = "Variables of the active notebook";
    addSidePanel(app, panel, { name: "Variables", icon: variablesIcon, caption, rank: 610 }, palette, restorer);
  },
};

/** The gallery of figures. */
export const figuresPlugin: JupyterFrontEndPlugin<void> = {
  id: "diffrepairer-lab:figures",
  description: "A side panel with the figures of the active notebook.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (app, tracker: INotebookTracker, palette: ICommandPalette | null, restorer: ILayoutRestorer | null) => {
    const panel = new FiguresPanel(tracker, app.serviceManager.contents);
    const caption = "Figures of the active notebook";
    addSidePanel(app, panel, { name: "Figures", icon: figuresIcon, caption, rank: 620 }, palette, restorer);
  },
};

/** Progress bars that can be stopped. */
export const progressPlugin: JupyterFrontEndPlugin<void> = {
  id: "diffrepairer-lab:progress",
  description: "Draws the kernel's progress bars, with a button that stops what runs.",
  autoStart: true,
  requires: [IRenderMimeRegistry, INotebookTracker],
  activate: (_, rendermime: IRenderMimeRegistry, tracker: INotebookTracker) => {
    // Before the HTML of the same output.
    const rank = 45;
    const createRenderer = () => new ProgressBar(tracker);
    rendermime.addFactory({ safe: true, mimeTypes: [PROGRESS_MIME], createRenderer }, rank);
  },
};

/** What the kernel computes with, and how much memory it takes. */
export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: "diffrepairer-lab:status",
  description: "Shows the kernel's language, backend and memory in the status bar.",
  autoStart: true,
  requires: [INotebookTracker],
  // Notebook 7 has none.
  optional: [IStatusBar],
  activate: (_, tracker: INotebookTracker, statusBar: IStatusBar | null) => {
    if (!statusBar) return;
    const item = new StatusItem(tracker, commOf<StatusNews>(STATUS_TARGET));
    statusBar.registerStatusItem("diffrepairer-lab:status", {
      item,
      align: "left",
      rank: 5,
      isActive: () => item.isActive,
      activeStateChanged: item.activeStateChanged,
    });
  },
};
