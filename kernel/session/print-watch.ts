import type { MessagePort } from "node:worker_threads";
import { HeldPrints, WRITER } from "./held-prints.js";

const TICK_MS = 10;
const IDLE_TICKS = 20;

/**
 * Sends off prints that the main thread holds and, being busy, does not send itself. The main thread wakes the watch by a
 * message; it sleeps again once nothing has been held for a while.
 */
export function watchPrints(memory: SharedArrayBuffer, port: MessagePort): void {
  const prints = new HeldPrints(memory);
  const tick = (idle: number): void => {
    let next = idle;
    if (prints.tryTake(WRITER.watch)) {
      next = prints.length === 0 ? idle + 1 : 0;
      prints.flush();
      if (next === IDLE_TICKS) prints.isWatched = false;
      prints.release();
    }
    if (next < IDLE_TICKS) setTimeout(tick, TICK_MS, next);
  };
  port.on("message", () => setTimeout(tick, TICK_MS, 0));
}
