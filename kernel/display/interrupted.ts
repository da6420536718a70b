import type { ErrorReport } from "../protocol/messages.js";
import { RED, RESET } from "./excerpt.js";

/** Reports that a cell was interrupted. */
export function reportInterrupt(evalue = "the cell was interrupted; variables are kept"): ErrorReport {
  return { ename: "Interrupted", evalue, traceback: [`${RED}Interrupted${RESET}: ${evalue}`] };
}

/** Reports that a cell has ended with its subshell. */
export const reportDeletion = (): ErrorReport =>
  reportInterrupt("the subshell that ran the cell was deleted; variables are kept");
