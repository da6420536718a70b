import { SourceMap, type SourceMapPayload } from "node:module";
import type { Program } from "../language/compiled-cell.js";

/** A place in a source, one-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** How places in a compiled script lead back to the cell. */
export type CellMapping = Pick<Program, "maps" | "insertion" | "prefix">;

/** A cell that has run, as error reports need it. */
export interface CellSource {
  readonly label: string;
  readonly source: string;
  readonly mapping: CellMapping;
  /** Maps a place in the cell's compiled script to the cell; undefined where the kernel wrote the code. */
  locate(position: Position): Position | undefined;
  /** Puts variables in the place of their boxes in a message of the engine: `$$n.v is not a function`. */
  reword(message: string): string;
}

/** Makes the record of a cell; its source maps are read when the first error needs them. */
export function cellSource(label: string, source: string, { maps, insertion, prefix }: CellMapping): CellSource {
  let outer: SourceMap | undefined;
  let inner: SourceMap | undefined;
  const box = `${prefix.replaceAll("$", "\\$")}([\\p{ID_Continue}$]+)\\.[vk]`;
  const boxes = new RegExp(`\\(0 , ${box}\\)|${box}\\b`, "gu");
  return {
    label,
    source,
    mapping: { maps, insertion, prefix },
    locate({ line, column }) {
      outer ??= new SourceMap(JSON.parse(maps[0]) as SourceMapPayload);
      inner ??= new SourceMap(JSON.parse(maps[1]) as SourceMapPayload);
      const printed = outer.findEntry(line - 1, column - 1);
      if (!("originalLine" in printed)) return undefined;
      const typed = inner.findEntry(printed.originalLine, printed.originalColumn);
      if (!("originalLine" in typed)) return undefined;
      let { originalColumn } = typed;
      if (insertion && typed.originalLine === insertion.line && originalColumn > insertion.column) {
        originalColumn = Math.max(insertion.column, originalColumn - insertion.length);
      }
      return { line: typed.originalLine + 1, column: originalColumn + 1 };
    },
    reword: (message) => message.replace(boxes, (_, called?: string, read?: string) => called ?? read ?? ""),
  };
}
