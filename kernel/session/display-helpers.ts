import { base64 } from "../display/given.js";
import { textOf } from "../display/text.js";
import { checkOptions } from "./options.js";

/** Shows a text of one type; as a tag of a template literal too, where lists are joined. */
export type TextHelper<Shown> = (text: string | TemplateStringsArray, ...values: readonly unknown[]) => Shown;

/** Size at which a picture is shown, in CSS pixels. Default: its own. */
export interface PictureOptions {
  readonly width?: number;
  readonly height?: number;
}

/** A file's content: bytes, or base64. */
export type Bytes = Uint8Array | ArrayBuffer | string;

/** A function for each common type of output. */
export interface DisplayHelpers<Shown> {
  readonly html: TextHelper<Shown>;
  readonly markdown: TextHelper<Shown>;
  /** Short for `markdown`. */
  readonly md: TextHelper<Shown>;
  readonly latex: TextHelper<Shown>;
  readonly svg: TextHelper<Shown>;
  readonly javascript: TextHelper<Shown>;
  readonly text: TextHelper<Shown>;
  /** A value that can be written as JSON, as a tree that folds. */
  json(value: unknown): Shown;
  png(image: Bytes, options?: PictureOptions): Shown;
  jpeg(image: Bytes, options?: PictureOptions): Shown;
  gif(image: Bytes, options?: PictureOptions): Shown;
  pdf(document: Bytes): Shown;
  /** An output of any MIME type. */
  raw(mime: string, content: unknown): Shown;
}

const { keys } = Object;

const isTemplate = (value: unknown): value is TemplateStringsArray => Array.isArray(value) && "raw" in value;

/** Makes the helpers, whose outputs go through `show`. */
export function createHelpers<Shown>(
  show: (data: Record<string, unknown>, metadata: Record<string, unknown>) => Shown,
): DisplayHelpers<Shown> {
  const textual =
    (name: string, mime: string): TextHelper<Shown> =>
    (content, ...values) => {
      const text = isTemplate(content) ? filled(content, values) : content;
      if (typeof text !== "string") throw new TypeError(`display.${name} takes text; got ${textOf(text)}`);
      return show({ [mime]: text }, {});
    };
  const binary =
    (name: string, mime: string) =>
    (content: Bytes, options: PictureOptions = {}) => {
      checkOptions(`display.${name}`, options, ["width", "height"]);
      const metadata = keys(options).length === 0 ? {} : { [mime]: options };
      return show({ [mime]: encoded(name, content) }, metadata);
    };
  const markdown = textual("markdown", "text/markdown");
  const pdf = binary("pdf", "application/pdf");
  return {
    html: textual("html", "text/html"),
    markdown,
    md: markdown,
    latex: textual("latex", "text/latex"),
    svg: textual("svg", "image/svg+xml"),
    javascript: textual("javascript", "application/javascript"),
    text: textual("text", "text/plain"),
    json: (value) => show({ "application/json": value }, {}),
    png: binary("png", "image/png"),
    jpeg: binary("jpeg", "image/jpeg"),
    gif: binary("gif", "image/gif"),
    pdf: (document) => pdf(document),
    raw: (mime, content) => show({ [mime]: content }, {}),
  };
}

function filled(strings: TemplateStringsArray, values: readonly unknown[]): string {
  const texts = values.map((value) => (Array.isArray(value) ? value.join("") : String(value)));
  return strings.map((string, i) => string + (texts[i] ?? "")).join("");
}

function encoded(name: string, content: Bytes): string {
  if (content instanceof Uint8Array) return base64(content);
  if (content instanceof ArrayBuffer) return base64(new Uint8Array(content));
  if (typeof content === "string") {
    const text = content.replace(/^data:[^,]*;base64,/, "");
    if (/^[A-Za-z0-9+/\s]*=*\s*$/.test(text)) return text;
  }
  throw new TypeError(
    `display.${name} takes bytes or base64; got ${textOf(content)}. To show a file: display.${name}(readFileSync(path))`,
  );
}
