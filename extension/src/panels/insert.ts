import { NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";

/** Writes a text at the cursor of a notebook's active cell, or into a new cell where that is none of code. */
export const insertText = (panel: NotebookPanel, text: string): void => {
  const notebook = panel.content;
  const isCode = (): boolean => notebook.activeCell?.model.type === "code";
  if (!isCode()) NotebookActions.insertBelow(notebook);
  const { editor, model } = notebook.activeCell ?? {};
  notebook.mode = "edit";
  if (editor?.replaceSelection) {
    editor.replaceSelection(text);
    editor.focus();
  } else model?.sharedModel.setSource(model.sharedModel.getSource() + text);
};
