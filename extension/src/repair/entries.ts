import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { ICommandPalette } from "@jupyterlab/apputils";
import type { ILauncher } from "@jupyterlab/launcher";

/** Heading in the palette and in the launcher. */
const CATEGORY = "diffrepairer";

/** Where a command can be offered; an application may have no palette or no launcher. */
export interface Places {
  readonly contextMenu: Pick<JupyterFrontEnd["contextMenu"], "addItem">;
  readonly palette: Pick<ICommandPalette, "addItem"> | null;
  readonly launcher: Pick<ILauncher, "add"> | null;
}

/** Offers a command in the palette, as a card of the launcher, and in the file browser's menu of files of a type. */
export const addEntries = (command: string, fileType: string, { contextMenu, palette, launcher }: Places): void => {
  palette?.addItem({ command, category: CATEGORY });
  launcher?.add({ command, category: CATEGORY });
  contextMenu.addItem({ command, selector: `.jp-DirListing-item[data-file-type="${fileType}"]`, rank: 3 });
};
