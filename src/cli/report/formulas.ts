import type { MarkedExtension } from "marked";
import temml from "temml";

const FORMULA = /^\$\$([^$]+)\$\$|^\$(?!\s)((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)/;
const MARK = "\uE000";
const MARKS = new RegExp(`${MARK}(\\d+)${MARK}`, "g");

/**
 * The formulas of a Markdown text, TeX between `$` in a line or between `$$` for itself, as MathML, which browsers draw by
 * themselves. They leave the text as marks, so that it can be sanitised, and come back at the end.
 */
export class Formulas {
  readonly #made: string[] = [];

  /** The text without characters that would be taken for marks. */
  clean(source: string): string {
    return source.replaceAll(MARK, "");
  }

  /** Takes the formulas out while Markdown is parsed: before it reads their backslashes and underscores. */
  readonly extension: MarkedExtension = {
    extensions: [
      {
        name: "formula",
        level: "inline",
        start: (source) => source.indexOf("$"),
        tokenizer: (source) => {
          const [raw, display, inline] = FORMULA.exec(source) ?? [];
          return raw === undefined ? undefined : { type: "formula", raw, display, inline };
        },
        renderer: ({ display, inline }) => {
          const tex = String(display ?? inline);
          this.#made.push(temml.renderToString(tex, { displayMode: display !== undefined, throwOnError: false }));
          return `${MARK}${this.#made.length - 1}${MARK}`;
        },
      },
    ],
  };

  /** Puts the formulas back. */
  restore(html: string): string {
    return html.replace(MARKS, (_, k: string) => this.#made[Number(k)] ?? "");
  }
}
