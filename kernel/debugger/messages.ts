/** A request of the Debug Adapter Protocol, as a client sends it in a debug_request. */
export interface DebugRequest {
  readonly seq: number;
  readonly command: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** An event of the Debug Adapter Protocol, as it goes out in a debug_event. */
export interface DebugEvent {
  readonly type: "event";
  readonly seq: number;
  readonly event: string;
  readonly body: object;
}

/** A file or a cell. */
export interface Source {
  readonly name: string;
  readonly path: string;
}

/** A breakpoint as a client asks for it; lines and columns are one-based. */
export interface WantedBreakpoint {
  readonly line: number;
  readonly column?: number;
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

/** A breakpoint as the client is told of it. */
export interface Breakpoint {
  readonly id: number;
  readonly verified: boolean;
  readonly line: number;
  readonly column?: number;
  readonly message?: string;
  readonly source: { readonly path: string };
}

/** A variable, a property or an element. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
  /** Asks for what is in it; 0 when nothing is. */
  readonly variablesReference: number;
  readonly indexedVariables?: number;
  readonly evaluateName?: string;
  readonly presentationHint?: { readonly lazy: true };
}

/** A request that cannot be done, for a reason that the client shows. */
export class DebugFailure extends Error {
  override readonly name = "DebugFailure";
}
