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

const PORTS = ["shell_port", "control_port", "stdin_port", "iopub_port", "hb_port"] as const;

/**
 * Reads a connection file's text.
 *
 * @throws Error when a field is missing, or when the kernel is asked to listen beyond this machine.
 */
export function parseConnection(text: string): ConnectionInfo {
  const info = JSON.parse(text) as Partial<ConnectionInfo>;
  const transport = info.transport ?? "tcp";
  const ip = info.ip ?? "127.0.0.1";
  for (const port of PORTS) {
    if (typeof info[port] !== "number")
      throw new Error(`the connection file has no ${port}; start the kernel from a Jupyter client`);
  }
  if (transport !== "tcp") throw new Error(`transport "${transport}" is not supported; use "tcp"`);
  if (ip !== "localhost" && ip !== "::1" && !/^127\./.test(ip)) {
    throw new Error(`the kernel listens on the loopback interface only, not on ${ip}; tunnel to it instead`);
  }
  const scheme = info.signature_scheme ?? "hmac-sha256";
  if (!scheme.startsWith("hmac-")) throw new Error(`signature_scheme "${scheme}" is not supported; use "hmac-sha256"`);
  return { ...info, transport, ip, key: info.key ?? "", signature_scheme: scheme } as ConnectionInfo;
}
