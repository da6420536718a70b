import type { Debugger as Engine, Runtime } from "node:inspector";
import type { Breakpoints } from "./breakpoints.js";
import { framesOf, type Frame } from "./frames.js";
import type { Scripts } from "./scripts.js";

/** Where and why the session has stopped. */
export interface Stop {
  readonly reason: "breakpoint" | "step" | "exception" | "pause";
  readonly description: string;
  /** Breakpoints hit, by the ids that clients know. */
  readonly hitBreakpointIds: readonly number[];
  readonly frames: readonly Frame[];
  /** Whether the innermost frame is at code that its author has written. */
  readonly isAuthored: boolean;
  /** What was thrown. */
  readonly exception?: Runtime.RemoteObject;
}

/** Reads what the engine tells of a stop. @param expected - what a client has asked for, should nothing else be the reason. */
export async function stopOf(
  { reason, hitBreakpoints = [], callFrames, data }: Engine.PausedEventDataType,
  expected: "step" | "pause" | undefined,
  { breakpoints, scripts }: { breakpoints: Breakpoints; scripts: Scripts },
): Promise<Stop> {
  const frames = await framesOf(callFrames, scripts);
  const hitBreakpointIds = breakpoints.hit(hitBreakpoints);
  const isAuthored = frames[0] !== undefined && frames[0].callFrameId === callFrames[0]?.callFrameId;
  const common = { hitBreakpointIds, frames, isAuthored };
  if (reason === "exception" || reason === "promiseRejection") {
    const exception = data as Runtime.RemoteObject | undefined;
    return { reason: "exception", description: "Paused on an exception", ...common, exception };
  }
  if (hitBreakpointIds.length > 0) return { reason: "breakpoint", description: "Paused on a breakpoint", ...common };
  if (expected === "step") return { reason: "step", description: "Paused after a step", ...common };
  if (expected === "pause") return { reason: "pause", description: "Paused", ...common };
  return { reason: "breakpoint", description: "Paused on a debugger statement", ...common };
}
