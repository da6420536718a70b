import { join } from "node:path";
import { writeFileAtomically } from "../lib/io/atomic.js";
import type { ResultTable } from "../lib/repair/index.js";

/** Writes a table as CSV and as Markdown into a folder that is there. */
export const writeTable = async (folder: string, name: string, table: ResultTable): Promise<void> => {
  await writeFileAtomically(join(folder, `${name}.csv`), table.toCsv());
  await writeFileAtomically(join(folder, `${name}.md`), table.toMarkdown());
};
