import type { FileProgress } from "../../lib/repair/index.js";
import { formatSeconds } from "../notebooks/progress.js";
import { QUIET_MS, rewriteLine, type Terminal } from "../terminal.js";

const DOES = { inspect: "looking at the cells", repair: "repairing" } as const;

/**
 * Shows how far the repair of a file is, with its rate and the time left of what it does: a line that is rewritten on a terminal, elsewhere
 * one every ten seconds and one when all cells are repaired.
 */
export const fileProgress = (terminal: Terminal, now: () => number = Date.now): ((progress: FileProgress) => void) => {
  let told = now();
  return ({ stage, cells, of, cellsPerSecond, secondsLeft }) => {
    const [done, all, rate] = [cells, of, Math.round(cellsPerSecond)].map((number) => number.toLocaleString("en-US"));
    const line = `${DOES[stage]}: ${done} of ${all} cells, ${rate} cells/s, ${formatSeconds(secondsLeft)} left`;
    if (terminal.isTTY) rewriteLine(terminal, line);
    else if (now() - told >= QUIET_MS || (stage === "repair" && cells === of)) {
      told = now();
      terminal.write(`${line}\n`);
    }
  };
};
