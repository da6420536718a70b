import { text } from "node:stream/consumers";
import { join } from "node:path";
import * as prettier from "prettier";
import type { Layout, LayoutRequest } from "./notebook-messages.js";

/* Entry of the process that lays cells out by Prettier: a request on stdin, the answer on stdout. */

const { cells } = JSON.parse(await text(process.stdin)) as LayoutRequest;
const configured = await prettier.resolveConfig(join(process.cwd(), "cell.ts"), { editorconfig: true });
const format = (code: string): Promise<string> => prettier.format(code, { ...configured, parser: "typescript" });
const laidOut = await Promise.all(
  cells.map(async ({ id, code }): Promise<Layout> => {
    try {
      return { id, text: (await formatCell(code)).trimEnd() };
    } catch (error) {
      return { id, problem: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) };
    }
  }),
);
process.stdout.write(JSON.stringify(laidOut));

/** A cell that is one object literal is an expression; on its own, Prettier would take it for a block. */
async function formatCell(code: string): Promise<string> {
  if (/^\s*\{/.test(code)) {
    const literal = await format(`(${code.replace(/;\s*$/, "")}\n)`).catch(() => undefined);
    const [, text] = /^;?\((\{[\s\S]*\})\);?\s*$/.exec(literal ?? "") ?? [];
    if (text !== undefined) return text;
  }
  return format(code);
}
