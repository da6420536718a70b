import type { CodeCell, ICellModel, ICodeCellModel } from "@jupyterlab/cells";
import type { Notebook } from "@jupyterlab/notebook";
import type { IOutputModel } from "@jupyterlab/rendermime";

/** A figure among a notebook's outputs. */
export interface Figure {
  /** The same for the same output from one look to the next. */
  readonly key: string;
  readonly cell: CodeCell;
  /** Place of the output in its cell. */
  readonly output: number;
  /** What it is called: its description, its title, or where it stands. */
  readonly title: string;
  readonly data: IOutputModel["data"];
  readonly metadata: IOutputModel["metadata"];
  /** Whether what it says may be drawn; otherwise only the picture that is there is shown. */
  readonly trusted: boolean;
}

const SPEC = /^application\/vnd\.vega(lite)?\.v\d+\+json$/;
const PICTURES = ["image/svg+xml", "image/png", "image/jpeg", "image/gif"] as const;

/** The type of a figure's specification. */
export const specType = (data: Figure["data"]): string | undefined => Object.keys(data).find((type) => SPEC.test(type));

/** The outputs of a cell; of code cells. */
export const outputsOf = (model: ICellModel): ICodeCellModel["outputs"] | undefined =>
  "outputs" in model ? (model as ICodeCellModel).outputs : undefined;

/** All figures of a notebook, in its order. */
export const figuresOf = (notebook: Pick<Notebook, "widgets">): Figure[] =>
  notebook.widgets.flatMap((cell, i) => {
    const outputs = outputsOf(cell.model);
    if (!outputs) return [];
    return Array.from({ length: outputs.length }, (_, output) =>
      figureOf(cell as CodeCell, output, outputs.get(output), i + 1),
    ).filter((figure) => figure !== undefined);
  });

const figureOf = (cell: CodeCell, output: number, model: IOutputModel, place: number): Figure | undefined => {
  const { data, metadata, trusted } = model;
  const spec = specType(data);
  if (spec === undefined && !PICTURES.some((type) => type in data)) return undefined;
  const title = (spec === undefined ? undefined : titleOf(data[spec])) ?? `Figure of cell ${place}`;
  return { key: `${cell.model.id}/${output}`, cell, output, title, data, metadata, trusted };
};

/** What a specification calls itself, in one line. */
const titleOf = (spec: unknown): string | undefined => {
  if (typeof spec !== "object" || spec === null) return undefined;
  const { title, description } = spec as { title?: unknown; description?: unknown };
  const named = typeof title === "object" && title !== null && "text" in title ? title.text : title;
  for (const text of [named, description]) {
    const line = (Array.isArray(text) ? text.join(" ") : typeof text === "string" ? text : "")
      .replace(/\s+/g, " ")
      .trim();
    if (line !== "") return line.slice(0, 200);
  }
  return undefined;
};

/** Whether a reader can select something in a figure: a parameter of its specification is a selection. */
export const isSelectable = ({ data }: Pick<Figure, "data">): boolean => {
  const type = specType(data);
  return type !== undefined && /"select":/.test(JSON.stringify(data[type]) ?? "");
};

/** The address of the picture beside a figure; undefined where there is none. As an `img`, SVG runs no scripts. */
export const pictureAddress = ({ data }: Pick<Figure, "data">): string | undefined => {
  const type = PICTURES.find((one) => one in data);
  if (type === undefined) return undefined;
  const content = textOf(data[type]);
  return type === "image/svg+xml"
    ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(content)}`
    : `data:${type};base64,${content.replace(/\s/g, "")}`;
};

/** Whether two looks have found the same. */
export const isSame = (a: Figure, b: Figure | undefined): boolean =>
  a.key === b?.key &&
  a.trusted === b.trusted &&
  a.title === b.title &&
  PICTURES.every((type) => String(a.data[type]) === String(b.data[type]));

/** A MIME bundle's text, which may come in lines. */
export const textOf = (content: unknown): string => (Array.isArray(content) ? content.join("") : String(content));

/** The name under which a figure is saved: its number and title, in letters that every disk takes. */
export const fileNameOf = ({ title }: Pick<Figure, "title">, number: number): string => {
  const slug = title
    .normalize("NFKD")
    .replace(/[^\p{ASCII}]/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 50)
    .replace(/^-+|-+$/g, "");
  return [String(number).padStart(2, "0"), slug || "figure"].join("-");
};

/** The folder for a notebook's figures, beside it. */
export const folderOf = (path: string): string => `${path.replace(/\.ipynb$/, "")}-figures`;
