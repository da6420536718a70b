import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { IEditorExtensionRegistry } from "@jupyterlab/codemirror";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { addCommands, notifyCommands } from "./commands.js";
import { KernelWatch } from "./kernel-watch.js";
import { EditorViews } from "./views.js";

/** Shows what is wrong with TypeScript cells, and answers questions about them; it leaves notebooks of other kernels alone. */
export const languagePlugin: JupyterFrontEndPlugin<void> = {
  id: "diffrepairer-lab:typescript",
  description: "Diagnostics, types, definitions, renaming and layout of TypeScript cells.",
  autoStart: true,
  requires: [IEditorExtensionRegistry, INotebookTracker],
  optional: [ICommandPalette],
  activate: (
    { commands }: JupyterFrontEnd,
    editors: IEditorExtensionRegistry,
    tracker: INotebookTracker,
    palette: ICommandPalette | null,
  ) => {
    const views = new EditorViews();
    const watches = new WeakMap<NotebookPanel, KernelWatch>();
    const watch = (panel: NotebookPanel): void => {
      watches.set(panel, new KernelWatch(panel, views, () => notifyCommands(commands)));
    };
    editors.addExtension(views.extension);
    tracker.forEach(watch);
    tracker.widgetAdded.connect((_, panel) => watch(panel));
    tracker.currentChanged.connect(() => notifyCommands(commands));
    addCommands(commands, palette, () => {
      const panel = tracker.currentWidget;
      return panel ? watches.get(panel)?.language : undefined;
    });
  },
};
