import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette } from "@jupyterlab/apputils";
import { IDefaultFileBrowser } from "@jupyterlab/filebrowser";
import { ILauncher } from "@jupyterlab/launcher";
import { repairIcon } from "../panels/icons.js";
import { addEntries } from "./entries.js";

const COMMAND = "diffrepairer-lab:repair-sample";
const FILE_TYPE = "h5ad";

/** Repairs an h5ad file of the file browser's folder, by a notebook that it writes and runs. */
export const repairPlugin: JupyterFrontEndPlugin<void> = {
  id: "diffrepairer-lab:repair",
  description: "A command that writes and runs a notebook which repairs a sample.",
  autoStart: true,
  // A notebook's own page in Notebook 7 has no file browser.
  optional: [IDefaultFileBrowser, ICommandPalette, ILauncher],
  activate: (
    app: JupyterFrontEnd,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
  ) => {
    if (!browser) return;
    app.commands.addCommand(COMMAND, {
      label: "Repair a Sample…",
      caption: "Choose an h5ad file and a model; a notebook repairs the one by the other",
      icon: repairIcon,
      execute: async () => (await import("./wizard.js")).openWizard(app, browser),
      describedBy: { args: { type: "object", properties: {} } },
    });
    app.docRegistry.addFileType({
      name: FILE_TYPE,
      displayName: "Annotated data",
      extensions: [".h5ad"],
      mimeTypes: ["application/x-hdf5"],
      contentType: "file",
      fileFormat: "base64",
    });
    addEntries(COMMAND, FILE_TYPE, { contextMenu: app.contextMenu, palette, launcher });
  },
};
