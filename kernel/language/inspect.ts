import ts from "typescript";
import { offsetOf } from "./cursor.js";
import type { Inspection, Question } from "./messages.js";
import type { CellService } from "./service.js";

/** Lines of a definition that are shown. */
const MAX_LINES = 60;

/** What is known of a name. */
export interface Description {
  readonly signature: string;
  readonly documentation: readonly ts.SymbolDisplayPart[];
  readonly tags: readonly ts.JSDocTagInfo[];
}

/** Where earlier cells declare the variables of a cell's first line. */
interface Origins {
  originOf(name: string): { readonly file: string; readonly at: number } | undefined;
}

/**
 * Describes the symbol at the cursor, else the call around it: its type, and its doc comment. With `detail` its source too.
 */
export function inspect(cells: CellService, { code, cursor, detail = 0 }: Question): Inspection {
  const { service, file, start } = cells.open(code);
  const at = start + offsetOf(code, cursor);
  const found = symbolAt(cells, file, at, service) ?? callAround(service, file, at);
  if (!found) return { found: false, data: {}, metadata: {} };
  const { signature, documentation, tags } = found;
  const definition = detail > 0 ? definitionAt(cells, file, at, service) : undefined;
  const text = ts.displayPartsToString([...documentation]);
  const notes = tags.map(({ name, text: parts = [] }) => ({ name, text: ts.displayPartsToString(parts) }));
  return {
    found: true,
    data: {
      "text/plain": join(
        signature,
        text,
        notes.map((note) => `@${note.name} ${note.text}`.trimEnd()).join("\n"),
        definition ? `${definition.place}:\n${definition.source}` : "",
      ),
      "text/markdown": join(
        `\`\`\`typescript\n${signature}\n\`\`\``,
        text,
        notes.map((note) => `- *@${note.name}* ${note.text}`.trimEnd()).join("\n"),
        definition ? `${definition.place}:\n\n\`\`\`typescript\n${definition.source}\n\`\`\`` : "",
      ),
    },
    metadata: {},
  };
}

/** Describes the symbol at a place in a file; gives where it stands too. */
export function symbolAt(
  cells: Origins,
  file: string,
  at: number,
  service: ts.LanguageService,
): (Description & { readonly span: ts.TextSpan }) | undefined {
  const info = service.getQuickInfoAtPosition(file, at);
  // A name that nothing declares has no kind, and the type any.
  if (!info?.displayParts?.length || info.kind === ts.ScriptElementKind.unknown) return undefined;
  const origin = originAt(cells, file, info.textSpan, service);
  const { documentation = [], tags = [] } = (origin && service.getQuickInfoAtPosition(origin.file, origin.at)) ?? info;
  // Names of earlier cells are imports to the service alone.
  const signature = ts
    .displayPartsToString(info.displayParts)
    .replace(/^\(alias\) /, "")
    .replace(/\n(import|export) \S+$/, "");
  return { signature, documentation, tags, span: info.textSpan };
}

/** Where an earlier cell declares the variable at a place, if the prelude has brought it in. */
function originAt(cells: Origins, file: string, { start, length }: ts.TextSpan, service: ts.LanguageService) {
  const text = service.getProgram()?.getSourceFile(file)?.text ?? "";
  const isMember = /\.\s*$/.test(text.slice(0, start));
  return isMember ? undefined : cells.originOf(text.slice(start, start + length));
}

/** The source of what is declared at a place, cut where it is long. */
function definitionAt(cells: Origins, file: string, at: number, service: ts.LanguageService) {
  const span = service.getQuickInfoAtPosition(file, at)?.textSpan;
  const origin = span && originAt(cells, file, span, service);
  const from = origin ?? { file, at };
  const [found] = service.getDefinitionAtPosition(from.file, from.at) ?? [];
  const source = found && service.getProgram()?.getSourceFile(found.fileName);
  if (!found || !source) return undefined;
  const { start, length } = found.contextSpan ?? found.textSpan;
  const lines = source.text.slice(start, start + length).split("\n");
  const shown = lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), "…"] : lines;
  const cell = /(?:^|\/)cell-\d+\.tsx?$/.test(found.fileName);
  return {
    place: cell || found.fileName === file ? "Declared in a cell" : `Declared in ${found.fileName}`,
    source: shown.join("\n"),
  };
}

function callAround(service: ts.LanguageService, file: string, at: number): Description | undefined {
  const help = service.getSignatureHelpItems(file, at, undefined);
  const item = help?.items[help.selectedItemIndex];
  if (!item) return undefined;
  const parameters = item.parameters.map(({ displayParts }) => ts.displayPartsToString(displayParts));
  const separator = ts.displayPartsToString(item.separatorDisplayParts);
  const [before, after] = [item.prefixDisplayParts, item.suffixDisplayParts].map((parts) =>
    ts.displayPartsToString(parts),
  );
  const signature = `${before}${parameters.join(separator)}${after}`;
  return { signature, documentation: item.documentation, tags: item.tags };
}

const join = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");
