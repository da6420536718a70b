import { readableBytes } from "./bytes.js";

/** The kernel's comm target of variables. */
export const VARIABLES_TARGET = "diffrepairer.variables";

/** A variable as the kernel tells it. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly shape?: readonly number[];
  readonly preview: string;
  readonly memory?: { readonly bytes: number; readonly isExact: boolean };
}

/** What the kernel tells. */
export interface VariableNews {
  readonly variables: readonly Variable[];
  /** How many are left out. */
  readonly more: number;
}

/** Columns by which a table can be sorted. */
export type SortKey = "order" | "name" | "type" | "memory";

/** The shape as people write it. */
export const textOfShape = ({ shape }: Variable): string =>
  (shape ?? []).map((length) => length.toLocaleString("en")).join(" × ");

/** The memory, marked where it is an estimate. */
export const textOfMemory = ({ memory }: Variable): string =>
  memory ? `${memory.isExact ? "" : "≈ "}${readableBytes(memory.bytes)}` : "";

/** The variables whose name or type has a text in it, in an order: as declared, by name or type, or the largest first. */
export const chosen = (variables: readonly Variable[], filter: string, key: SortKey): readonly Variable[] => {
  const wanted = filter.trim().toLowerCase();
  const found = variables.filter(({ name, type }) => `${name}\n${type}`.toLowerCase().includes(wanted));
  const byName = (a: Variable, b: Variable) => a.name.localeCompare(b.name, "en");
  if (key === "name") return [...found].sort(byName);
  if (key === "type") return [...found].sort((a, b) => a.type.localeCompare(b.type, "en") || byName(a, b));
  if (key === "memory") return [...found].sort((a, b) => (b.memory?.bytes ?? 0) - (a.memory?.bytes ?? 0));
  return found;
};
