import type { CodeEditor } from "@jupyterlab/codeeditor";
import { EditorExtensionRegistry, type IEditorExtensionFactory } from "@jupyterlab/codemirror";
import { ViewPlugin, type EditorView } from "@codemirror/view";

/** The CodeMirror views of all editors, by the models that they show: a cell out of sight has none. */
export class EditorViews {
  readonly #views = new WeakMap<CodeEditor.IModel, Set<EditorView>>();
  readonly #listeners = new Set<(model: CodeEditor.IModel, view: EditorView) => void>();

  /** By which JupyterLab tells of every editor. */
  readonly extension: IEditorExtensionFactory = {
    name: "diffrepairer-lab:views",
    factory: ({ model }) =>
      EditorExtensionRegistry.createImmutableExtension(ViewPlugin.define((view) => this.#add(model, view))),
  };

  /** The views of a model. */
  of(model: CodeEditor.IModel): Iterable<EditorView> {
    return this.#views.get(model) ?? [];
  }

  /** Calls back for every view that comes, once it can be dispatched to; gives what ends that. */
  onView(listener: (model: CodeEditor.IModel, view: EditorView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #add(model: CodeEditor.IModel, view: EditorView) {
    const views = this.#views.get(model) ?? new Set();
    this.#views.set(model, views.add(view));
    queueMicrotask(() => {
      if (views.has(view)) for (const listener of this.#listeners) listener(model, view);
    });
    return { destroy: () => void views.delete(view) };
  }
}
