import { defineProperty } from "./primordials.js";
import { isErrorLike } from "./report.js";
import type { StackMapper } from "./stack.js";

/**
 * Waits for a module that a cell imports. What goes wrong gets the place in the cell, which the loader's thread does not
 * know, and a message that speaks of the cell instead of a file that is not there.
 */
export async function imported<T>(loading: Promise<T>, stacks: StackMapper): Promise<T> {
  const here = new Error("import");
  try {
    return await loading;
  } catch (error) {
    if (isErrorLike(error)) place(error, here, stacks);
    throw error;
  }
}

function place(error: Error, here: Error, stacks: StackMapper): void {
  const message = error.message.replace(/ imported from (.+)$/, (whole, file: string) => {
    const cell = stacks.cell(file);
    return cell ? ` imported from ${cell.label}` : whole;
  });
  if (message !== error.message) redefine(error, "message", message);
  if (!stacks.append(error, here)) return;
  // The text of another thread's stack tells of the loader alone.
  const calls = String(here.stack).split("\n").slice(1);
  redefine(error, "stack", [`${error.name}: ${message}`, ...calls].join("\n"));
}

function redefine(error: Error, name: "message" | "stack", value: string): void {
  defineProperty(error, name, { value, writable: true, enumerable: false, configurable: true });
}
