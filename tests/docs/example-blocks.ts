import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BLOCK = /^ *\* @example\n((?: *\*(?! @)(?!\/).*\n)*)/gm;

/** An `@example` of a doc comment. */
export interface Example {
  /** `src/lib/pp/scale.ts:24` */
  readonly place: string;
  /** `pp`: the folder, and the namespace whose members it may call by their bare names. */
  readonly folder: string;
  readonly code: string;
}

/** Every example in the sources of the library, the figures and the kernel. */
export const exampleBlocks = (): Example[] => ["src/lib", "figures", "kernel"].flatMap(examplesIn);

const examplesIn = (part: string): Example[] =>
  (readdirSync(join(ROOT, part), { recursive: true }) as string[])
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .flatMap((path) => {
      const text = readFileSync(join(ROOT, part, path), "utf8");
      const folder = part === "src/lib" ? path.split("/")[0]! : part;
      return [...text.matchAll(BLOCK)].map(({ index, 1: lines = "" }) => ({
        place: `${part}/${path}:${text.slice(0, index).split("\n").length}`,
        folder,
        code: lines.replace(/^ *\* ?/gm, "").trim(),
      }));
    });
