import type { Message } from "../protocol/messages.js";

/** What an execute_request asks. */
export interface ExecuteRequest {
  readonly code: string;
  readonly silent: boolean;
  readonly storeHistory: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  readonly allowStdin: boolean;
  readonly stopOnError: boolean;
}

/** Reads an execute_request; what is left out, or of another type, is as the protocol says. */
export function parseRequest(content: Message["content"]): ExecuteRequest {
  const {
    code,
    silent = false,
    store_history: stored = true,
    user_expressions: expressions,
    allow_stdin: stdin = true,
  } = content;
  const isSilent = silent === true;
  const given = typeof expressions === "object" && expressions !== null ? expressions : {};
  return {
    code: typeof code === "string" ? code : "",
    silent: isSilent,
    storeHistory: stored === true && !isSilent,
    userExpressions: Object.fromEntries(Object.entries(given).filter(([, value]) => typeof value === "string")),
    allowStdin: stdin === true,
    stopOnError: content["stop_on_error"] !== false,
  };
}
