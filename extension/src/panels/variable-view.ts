import { MainAreaWidget } from "@jupyterlab/apputils";
import type { JupyterFrontEnd } from "@jupyterlab/application";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { Panel, Widget } from "@lumino/widgets";
import { element } from "./element.js";
import { variablesIcon } from "./icons.js";
import type { Answer, SessionComm } from "./session-comm.js";
import type { VariableNews } from "./variables.js";

/** Opens views of variables beside their notebook; of one variable one view, which is brought up to date when it is opened again. */
export class VariableViews {
  readonly #shell: JupyterFrontEnd.IShell;
  readonly #rendermime: IRenderMimeRegistry;
  readonly #open = new Map<string, MainAreaWidget<Panel>>();

  constructor(shell: JupyterFrontEnd.IShell, rendermime: IRenderMimeRegistry) {
    this.#shell = shell;
    this.#rendermime = rendermime;
  }

  /** Shows a variable of a notebook. */
  async show(notebook: NotebookPanel, comm: SessionComm<VariableNews>, name: string): Promise<void> {
    const answer = await comm.ask({ view: name }).catch((error: Error): Answer => ({ error: error.message }));
    const content = await this.#content(answer);
    const id = `diffrepairer-view-${notebook.id}-${name}`;
    const view = this.#open.get(id) ?? this.#add(id, notebook, name);
    for (const old of [...view.content.widgets]) old.dispose();
    view.content.addWidget(content);
    this.#shell.activateById(id);
  }

  #add(id: string, notebook: NotebookPanel, name: string): MainAreaWidget<Panel> {
    const content = new Panel();
    content.addClass("drl-view");
    content.node.tabIndex = 0;
    content.node.setAttribute("role", "region");
    content.node.setAttribute("aria-label", `Variable ${name}`);
    const view = new MainAreaWidget({ content });
    view.id = id;
    view.title.label = name;
    view.title.icon = variablesIcon;
    view.title.caption = `${name} of ${notebook.context.path}`;
    view.title.closable = true;
    this.#open.set(id, view);
    view.disposed.connect(() => this.#open.delete(id));
    notebook.disposed.connect(() => view.dispose());
    this.#shell.add(view, "main", { mode: "split-right", ref: notebook.id });
    return view;
  }

  async #content({ error, data = {}, metadata = {} }: Answer): Promise<Widget> {
    const model = this.#rendermime.createModel({ data: data as never, metadata: metadata as never, trusted: true });
    const type = error === undefined ? this.#rendermime.preferredMimeType(model.data, "any") : undefined;
    if (type === undefined) {
      return new Widget({ node: element("p", "drl-empty", { text: error ?? "It has nothing to show." }) });
    }
    const renderer = this.#rendermime.createRenderer(type);
    await renderer.renderModel(model);
    return renderer;
  }
}
