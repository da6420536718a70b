/** What is used of `@jupyterlab/notebook`, which cannot be installed without packages that no registry has; JupyterLab supplies it. */
declare module "@jupyterlab/notebook" {
  import type { ISessionContext } from "@jupyterlab/apputils";
  import type { Token } from "@lumino/coreutils";
  import type { ISignal } from "@lumino/signaling";
  import type { Widget } from "@lumino/widgets";

  export interface IOutputModel {
    readonly type: string;
    readonly trusted: boolean;
    readonly data: Readonly<Record<string, unknown>>;
    readonly metadata: Readonly<Record<string, unknown>>;
  }

  export interface IOutputs {
    readonly length: number;
    readonly changed: ISignal<unknown, unknown>;
    get(index: number): IOutputModel;
  }

  export interface ICellModel {
    readonly id: string;
    readonly type: string;
    /** Of code cells. */
    readonly outputs?: IOutputs;
    readonly sharedModel: { getSource(): string; setSource(source: string): void };
  }

  export interface Cell extends Widget {
    readonly model: ICellModel;
    readonly editor: { replaceSelection?(text: string): void; focus(): void } | null;
    /** Of code cells. */
    readonly outputArea?: Widget & { readonly widgets: readonly Widget[] };
  }

  export interface Notebook extends Widget {
    readonly widgets: readonly Cell[];
    readonly activeCell: Cell | null;
    activeCellIndex: number;
    mode: "command" | "edit";
    readonly model: { readonly cells: { readonly changed: ISignal<unknown, unknown> } } | null;
    scrollToCell(cell: Cell): Promise<void>;
  }

  export interface NotebookPanel extends Widget {
    readonly content: Notebook;
    readonly sessionContext: ISessionContext;
    readonly context: { readonly path: string; readonly ready: Promise<void> };
  }

  export interface INotebookTracker {
    readonly currentWidget: NotebookPanel | null;
    readonly currentChanged: ISignal<INotebookTracker, NotebookPanel | null>;
    find(test: (panel: NotebookPanel) => boolean): NotebookPanel | undefined;
  }

  export const INotebookTracker: Token<INotebookTracker>;
  export const NotebookActions: { insertBelow(notebook: Notebook): void };
}
