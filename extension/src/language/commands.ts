import { InputDialog, Notification, type ICommandPalette } from "@jupyterlab/apputils";
import type { CommandRegistry } from "@lumino/commands";
import type { NotebookLanguage } from "./notebook-language.js";

const CATEGORY = "TypeScript";

interface Action {
  readonly label: string;
  readonly caption: string;
  run(language: NotebookLanguage): Promise<void>;
}

/** The commands, by their ids; `schema/typescript.json` gives them keys and a place in the menu of a cell. */
const ACTIONS: Readonly<Record<string, Action>> = {
  "show-type": {
    label: "Show Type at Cursor",
    caption: "Show the type of what the cursor is on, and what is wrong there",
    run: (language) => language.showType(),
  },
  "go-to-definition": {
    label: "Go to Definition",
    caption: "Go to the cell that declares the name at the cursor",
    run: (language) => language.goToDefinition(),
  },
  rename: {
    label: "Rename Symbol…",
    caption: "Give the name at the cursor another one, in all cells",
    run: renameByDialog,
  },
  "format-cell": {
    label: "Format Cell",
    caption: "Lay the active cell out",
    run: (language) => language.format(false),
  },
  "format-notebook": {
    label: "Format Notebook",
    caption: "Lay all code cells out",
    run: (language) => language.format(true),
  },
  "organize-imports": {
    label: "Organise Imports",
    caption: "Sort the imports of all cells, and leave out those that no cell uses",
    run: (language) => language.organizeImports(),
  },
  "next-problem": {
    label: "Go to Next Problem",
    caption: "Go to the next place that TypeScript finds something wrong with",
    run: (language) => language.goToProblem(1),
  },
  "previous-problem": {
    label: "Go to Previous Problem",
    caption: "Go to the place before that TypeScript finds something wrong with",
    run: (language) => language.goToProblem(-1),
  },
};

/** Adds the commands; they can be run while `current` gives a notebook's language. */
export function addCommands(
  commands: CommandRegistry,
  palette: ICommandPalette | null,
  current: () => NotebookLanguage | undefined,
): void {
  for (const [name, { label, caption, run }] of Object.entries(ACTIONS)) {
    const command = commandOf(name);
    commands.addCommand(command, {
      label,
      caption,
      isEnabled: () => current() !== undefined,
      execute: async () => {
        const language = current();
        if (language) await run(language).catch((error: Error) => Notification.error(error.message));
      },
      describedBy: { args: { type: "object", properties: {} } },
    });
    palette?.addItem({ command, category: CATEGORY });
  }
}

/** Tells that commands may be run now, or not any more. */
export const notifyCommands = (commands: CommandRegistry): void => {
  for (const name of Object.keys(ACTIONS)) commands.notifyCommandChanged(commandOf(name));
};

const commandOf = (name: string): string => `diffrepairer-lab:${name}`;

async function renameByDialog(language: NotebookLanguage): Promise<void> {
  const name = language.nameAtCursor();
  if (name === "") throw new Error("There is no name at the cursor.");
  const { value, button } = await InputDialog.getText({
    title: "Rename Symbol",
    label: `New name of ${name}`,
    text: name,
    okLabel: "Rename",
  });
  language.focus();
  if (button.accept && value && value !== name) await language.rename(value);
}
