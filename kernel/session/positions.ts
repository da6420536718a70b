import { SourceMap, type SourceMapping, type SourceMapPayload } from "node:module";
import type { Program } from "../language/compiled-cell.js";

/** A place in a source, one-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** How places in a compiled script lead back to the cell. */
export type CellMapping = Pick<Program, "maps" | "prefix">;

/** A cell that has run, as error reports need it. */
export interface CellSource {
  readonly label: string;
  readonly source: string;
  /** Characters that the record holds. */
  readonly size: number;
  readonly mapping: CellMapping;
  /** Maps a place in the cell's compiled script to the cell; undefined where the kernel wrote the code. */
  locate(position: Position): Position | undefined;
  /** Puts variables in the place of their boxes in a message, or a name, of the engine's: `$$n.v is not a function`. */
  reword(message: string): string;
}

/** Makes the record of a cell; its source maps are read when the first error needs them. */
export function cellSource(label: string, source: string, { maps, prefix }: CellMapping): CellSource {
  let chain: readonly SourceMap[] | undefined;
  const escaped = prefix.replaceAll("$", "\\$");
  const box = `${escaped}([\\p{ID_Continue}$]+)\\.[vk]`;
  const words = new RegExp(`\\(0 , ${box}\\)|${box}\\b|${escaped}\\.(?:(meta)|result)\\b`, "gu");
  return {
    label,
    source,
    size: maps.reduce((sum, map) => sum + map.length, source.length),
    mapping: { maps, prefix },
    locate({ line, column }) {
      chain ??= maps.map((map) => new SourceMap(JSON.parse(map) as SourceMapPayload));
      let place = { line: line - 1, column: column - 1 };
      for (const map of chain) {
        const found = entryAt(map, place);
        if (!found) return undefined;
        place = { line: found.originalLine, column: found.originalColumn };
      }
      return { line: place.line + 1, column: place.column + 1 };
    },
    reword: (message) =>
      message.replace(
        words,
        (_, called?: string, read?: string, meta?: string) => called ?? read ?? (meta ? "import.meta" : ""),
      ),
  };
}

/** The longest text that the kernel puts before a line's own. */
const MAX_LEAD = 60;

/** The entry for a place (zero-based). What the kernel has put at the beginning of a line belongs to what follows there. */
function entryAt(map: SourceMap, { line, column }: Position): SourceMapping | undefined {
  for (let at = column; at < column + MAX_LEAD; at++) {
    const found = map.findEntry(line, at);
    if (!("originalLine" in found)) return undefined;
    if (found.generatedLine === line) return found;
  }
  return undefined;
}
