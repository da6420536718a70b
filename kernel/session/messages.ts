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
  /** The cell's execution count, after which its result is named; undefined when it has none of its own. */
  readonly count: number | undefined;
  /** Whether the last expression's value is shown; otherwise it comes back in `done` (user expressions). */
  readonly show: boolean;
}

/** A comm message, in either direction. */
export interface CommPacket {
  readonly t: "comm";
  /** The run that sends it; towards the session, the run that handles it. */
  readonly id: number;
  readonly as: "open" | "msg" | "close";
  readonly comm: string;
  /** What is opened. */
  readonly target?: string;
  readonly data: unknown;
  readonly metadata: object;
  /** Base64. */
  readonly buffers: readonly string[];
}

/** What the front asks of the session, one JSON line each. */
export type SessionRequest =
  | RunRequest
  | CommPacket
  | { readonly t: "interrupt"; readonly round: number }
  /** Ends one cell, if it has not ended: its subshell is deleted. */
  | { readonly t: "abandon"; readonly id: number };

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

/** The end of a cell, or of the handling of a comm message. */
export interface DoneEvent {
  readonly t: "done";
  readonly id: number;
  readonly error?: ErrorReport;
  /** The value's representations, when the request had `show: false`. */
  readonly bundle?: { data: Record<string, unknown>; metadata: Record<string, unknown> };
}

/** Text printed by a cell: `["o", run, stream, text]`; the session may send the text in several parts. */
export type StreamEvent = readonly ["o", number, "stdout" | "stderr", string];

/** What the session tells the front, one JSON line each, in order. */
export type SessionEvent =
  | StreamEvent
  | ShowEvent
  | CommPacket
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

/** How many numbered results (`_1`, `_2`, …) a session keeps: the last. */
export const KEPT_RESULTS = 50;

/** The session's file descriptors beyond the three standard ones. */
export const CHANNEL = { events: 3, requests: 4, input: 5, interrupts: 6, inspector: 7 } as const;

/** What the front asks of the session's inspector. */
export interface InspectorRequest {
  readonly id: number;
  readonly method: string;
  readonly params?: object;
}

/** Name of the session's global that its other thread calls around a termination. */
export const TERMINATION = "diffrepairer.kernel.termination";

/** What a termination needs of the main thread. */
export interface Termination {
  /** Makes Node ready for it. */
  suspend(): void;
  /** Does so, and holds until it is on its way: no code may run in between. */
  prepare(): void;
  /** Makes Node as it was. */
  conclude(): void;
}

/** Name of the session's global that holds what it offers the debugger. */
export const DEBUG_ACCESS = "diffrepairer.kernel.debugAccess";

/** What the session's main thread hands to the thread that interrupts it. */
export interface InterrupterData {
  /** Three Int32: the last round that the main thread has come through, whether a termination is on its way, the last round. */
  readonly shared: SharedArrayBuffer;
  /** Memory of the prints that the main thread holds. */
  readonly prints: SharedArrayBuffer;
}
