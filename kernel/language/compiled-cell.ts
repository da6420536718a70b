import type { PathAliases } from "../session/path-aliases.js";
import type { NameKind } from "./declarations.js";

/** What the session needs to run a cell and to speak of its lines. */
export interface Program {
  /** Source of an async function that takes the cell's runtime. */
  readonly js: string;
  /** Source maps, JSON: from `js` to the cell, or to what TypeScript printed and from that to the cell. */
  readonly maps: readonly string[];
  /** What precedes a name in the name of its box: `$$n` is the box of `n`. */
  readonly prefix: string;
  /** Whether a local module may be imported, so that the loader of local TypeScript must stand. */
  readonly needsLoader: boolean;
  /** Aliases of paths that the notebook folder's tsconfig.json defines. */
  readonly aliases?: PathAliases;
}

/** A fault in a cell's text; line and column are one-based. */
export interface Fault {
  /** TypeScript's number, such as 1005. */
  readonly code: number;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** Length of the text at fault, in UTF-16 units. */
  readonly length: number;
}

/** What is known of a cell's types when it could run. */
export type Types =
  | { readonly state: "checked"; readonly faults: readonly Fault[]; readonly strictness: "error" | "warn" }
  /** The checker is not warm: what it finds is told later. */
  | { readonly state: "later" }
  /** The checker failed at this cell, or took too long. */
  | { readonly state: "failed"; readonly reason: string }
  | { readonly state: "off" };

/** The outcome of erasing a cell's types. */
export type Transformed =
  | { readonly ok: true; readonly program: Program; readonly names: readonly (readonly [string, NameKind])[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** The outcome of compiling a cell. */
export type Compilation =
  | { readonly ok: true; readonly program: Program; readonly types: Types }
  | { readonly ok: false; readonly faults: readonly Fault[] };
