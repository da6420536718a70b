import type { Debugger as Engine, Runtime } from "node:inspector";
import type { Breakpoints, Target } from "./breakpoints.js";
import { framesOf, type Frame } from "./frames.js";

/** Where and why the session has stopped. */
export interface Stop {
  readonly reason: "breakpoint" | "step" | "exception" | "pause";
  readonly description: string;
  /** Breakpoints hit, by the ids that clients know. */
  readonly hitBreakpointIds: readonly number[];
  readonly frames: readonly Frame[];
  /** Whether the innermost frame is at code that people have written. */
  readonly isAuthored: boolean;
  /** What was thrown. */
  readonly exception?: Runtime.RemoteObject;
}

/** Reads what the engine tells of a stop, and what it does not: whether it stands at a debugger statement. */
export async function stopOf(
  { reason, hitBreakpoints = [], callFrames, data }: Engine.PausedEventDataType,
  { isPausing, breakpoints, target }: { isPausing: boolean; breakpoints: Breakpoints; target: Target },
): Promise<Stop> {
  const frames = await framesOf(callFrames, target.scripts);
  const hitBreakpointIds = breakpoints.hit(hitBreakpoints);
  const [top] = callFrames;
  const isAuthored = frames[0] !== undefined && frames[0].callFrameId === top?.callFrameId;
  const common = { hitBreakpointIds, frames, isAuthored };
  if (reason === "exception" || reason === "promiseRejection") {
    const exception = data as Runtime.RemoteObject | undefined;
    return { reason: "exception", description: "Paused on an exception", ...common, exception };
  }
  if (hitBreakpointIds.length > 0) return { reason: "breakpoint", description: "Paused on a breakpoint", ...common };
  if (isAuthored && top && (await isDebuggerStatement(top.location, target))) {
    return { reason: "breakpoint", description: "Paused on a debugger statement", ...common };
  }
  if (isPausing) return { reason: "pause", description: "Paused", ...common };
  return { reason: "step", description: "Paused after a step", ...common };
}

async function isDebuggerStatement(start: Engine.Location, { inspector }: Target): Promise<boolean> {
  const end = { ...start, columnNumber: (start.columnNumber ?? 0) + 1 };
  const method = "Debugger.getPossibleBreakpoints";
  const { locations } = await inspector.post<Engine.GetPossibleBreakpointsReturnType>(method, { start, end });
  return locations[0]?.type === "debuggerStatement";
}
