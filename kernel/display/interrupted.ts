import type { ErrorReport } from "../protocol/messages.js";
import { RED, RESET } from "./excerpt.js";

/** Reports that a cell was interrupted. */
export function reportInterrupt(evalue = "the cell was interrupted; variables are kept"): ErrorReport {
  return { ename: "Interrupted", evalue, traceback: [`${RED}Interrupted${RESET}: ${evalue}`] };
}
