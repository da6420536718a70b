import { getHashes } from "node:crypto";
import type { ConnectionInfo } from "./messages.js";

const PORTS = ["shell_port", "control_port", "stdin_port", "iopub_port", "hb_port"] as const;

/**
 * Reads a connection file's text.
 *
 * @throws Error when it is no such file, or when the kernel is asked to listen beyond this machine.
 */
export function parseConnection(text: string): ConnectionInfo {
  const info = parseObject(text);
  const { transport = "tcp", ip = "127.0.0.1", key = "", signature_scheme: scheme = "hmac-sha256" } = info;
  for (const name of PORTS) {
    const port = info[name];
    if (typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65536) continue;
    throw new Error(`the connection file has no ${name}; start the kernel from a Jupyter client`);
  }
  if (transport !== "tcp") throw new Error(`transport "${transport}" is not supported; use "tcp"`);
  if (typeof ip !== "string" || !isLoopback(ip)) {
    throw new Error(`the kernel listens on the loopback interface only, not on ${ip}; tunnel to it instead`);
  }
  if (typeof key !== "string") throw new Error("the connection file's key is no string");
  if (typeof scheme !== "string" || !scheme.startsWith("hmac-") || !getHashes().includes(scheme.slice(5))) {
    throw new Error(`signature_scheme "${scheme}" is not supported; use "hmac-sha256"`);
  }
  return { ...info, transport, ip, key, signature_scheme: scheme } as ConnectionInfo;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below, as of any other text that is no object.
  }
  throw new Error("the connection file is no JSON object; start the kernel from a Jupyter client");
}

const isLoopback = (ip: string): boolean => ip === "localhost" || ip === "::1" || /^127(\.\d{1,3}){3}$/.test(ip);
