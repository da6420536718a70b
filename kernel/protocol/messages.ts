/** Version of the Jupyter messaging protocol spoken: https://jupyter-client.readthedocs.io/en/stable/messaging.html */
export const PROTOCOL_VERSION = "5.5";

/** Header of a Jupyter message. */
export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly username: string;
  readonly session: string;
  /** ISO 8601. */
  readonly date: string;
  readonly version: string;
  /** The subshell that a request is for; none is the main shell. */
  readonly subshell_id?: unknown;
}

/** A Jupyter message as it stands in memory, frames decoded. */
export interface Message {
  /** Routing frames of the ROUTER socket it came by; the topic on iopub. */
  readonly identities: readonly Buffer[];
  readonly header: Header;
  readonly parent: Header | Record<string, never>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly content: Readonly<Record<string, unknown>>;
  readonly buffers: readonly Buffer[];
}

/** The sockets a request can come by. */
export type Channel = "shell" | "control";

/** The connection file that a client writes for its kernel. */
export interface ConnectionInfo {
  readonly transport: string;
  readonly ip: string;
  readonly shell_port: number;
  readonly control_port: number;
  readonly stdin_port: number;
  readonly iopub_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: string;
}

/** Representations of one value by MIME type, with metadata by MIME type. */
export interface MimeBundle {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

/** An error as the protocol tells it. */
export interface ErrorReport {
  ename: string;
  evalue: string;
  /** Lines for people, with ANSI colours. */
  traceback: string[];
}
