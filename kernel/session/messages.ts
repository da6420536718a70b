import type { Program } from "../language/compiled-cell.js";
import type { ErrorReport } from "../protocol/messages.js";

/** A cell to run. */
export interface RunRequest {
  readonly t: "run";
  /** Number of the run, unique in the kernel's life; outputs carry it. */
  readonly id: number;
  /** How people call the cell, such as "cell [3]". */
  readonly label: string;
  /** The cell as its author wrote it. */
  readonly source: string;
  readonly program: Program;
  /** Whether the last expression's value is shown; otherwise it comes back in `done` (user expressions). */
  readonly show: boolean;
}

/** What the front asks of the session, one JSON line each. */
export type SessionRequest = RunRequest | { readonly t: "interrupt"; readonly round: number };

/** The reply to a prompt, on a pipe of its own that the session reads synchronously. */
export type InputReply = { readonly value: string } | { readonly failed: string; readonly interrupted: boolean };

/** A rich output. */
export interface ShowEvent {
  readonly t: "show";
  readonly id: number;
  readonly as: "result" | "display" | "update";
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly displayId?: string;
}

/** A cell's end. */
export interface DoneEvent {
  readonly t: "done";
  readonly id: number;
  readonly error?: ErrorReport;
  /** The value's representations, when the request had `show: false`. */
  readonly bundle?: { data: Record<string, unknown>; metadata: Record<string, unknown> };
}

/** Text printed by a cell: `["o", run, stream, text]`. */
export type StreamEvent = readonly ["o", number, "stdout" | "stderr", string];

/** What the session tells the front, one JSON line each, in order. */
export type SessionEvent =
  | StreamEvent
  | ShowEvent
  | DoneEvent
  | { readonly t: "ready" }
  /** The run has begun: it need not be sent again. */
  | { readonly t: "started"; readonly id: number }
  | { readonly t: "clear"; readonly id: number; readonly wait: boolean }
  | { readonly t: "input"; readonly id: number; readonly prompt: string; readonly password: boolean }
  /** What child processes wrote so far ends at the mark of this number on stdout and stderr. */
  | { readonly t: "fence"; readonly mark: number };

/** The text that marks a fence on the session's stdout and stderr. */
export const fenceMark = (mark: number): string => `\u0000diffrepairer-kernel-fence ${mark}\u0000`;

/** The session's file descriptors beyond the three standard ones. */
export const CHANNEL = { events: 3, requests: 4, input: 5, interrupts: 6, inspector: 7 } as const;

/** What the front asks of the session's inspector. */
export interface InspectorRequest {
  readonly id: number;
  readonly method: string;
  readonly params?: object;
}

/** Name of the session's global function that frees Node's stack of asynchronous ids. */
export const CLEAR_STACK = "diffrepairer.kernel.clearAsyncIdStack";

/** Name of the session's global that holds what it offers the debugger. */
export const DEBUG_ACCESS = "diffrepairer.kernel.debugAccess";

/** What the session's main thread hands to the thread that interrupts it. */
export interface InterrupterData {
  /** One Int32: the last round that the main thread has noticed. */
  readonly acknowledged: SharedArrayBuffer;
}
