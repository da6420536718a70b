import ts from "typescript";
import { offsetOf } from "./cursor.js";
import type { Inspection, Question } from "./messages.js";
import type { CellService } from "./service.js";

interface Description {
  readonly signature: string;
  readonly documentation: readonly ts.SymbolDisplayPart[];
  readonly tags: readonly ts.JSDocTagInfo[];
}

/** Describes the symbol at the cursor, else the call around it: its type, and its doc comment. */
export function inspect(cells: CellService, { code, cursor }: Question): Inspection {
  const { service, file, start } = cells.open(code);
  const at = start + offsetOf(code, cursor);
  const found = symbolAt(service, file, at) ?? callAround(service, file, at);
  if (!found) return { found: false, data: {}, metadata: {} };
  const { signature, documentation, tags } = found;
  const text = ts.displayPartsToString([...documentation]);
  const notes = tags.map(({ name, text: parts = [] }) => ({ name, text: ts.displayPartsToString(parts) }));
  return {
    found: true,
    data: {
      "text/plain": join(signature, text, notes.map((note) => `@${note.name} ${note.text}`.trimEnd()).join("\n")),
      "text/markdown": join(
        `\`\`\`typescript\n${signature}\n\`\`\``,
        text,
        notes.map((note) => `- *@${note.name}* ${note.text}`.trimEnd()).join("\n"),
      ),
    },
    metadata: {},
  };
}

function symbolAt(service: ts.LanguageService, file: string, at: number): Description | undefined {
  const info = service.getQuickInfoAtPosition(file, at);
  // A name that nothing declares has no kind, and the type any.
  if (!info?.displayParts?.length || info.kind === ts.ScriptElementKind.unknown) return undefined;
  // Names of earlier cells are imports to the service alone.
  const signature = ts
    .displayPartsToString(info.displayParts)
    .replace(/^\(alias\) /, "")
    .replace(/\n(import|export) \S+$/, "");
  return { signature, documentation: info.documentation ?? [], tags: info.tags ?? [] };
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
