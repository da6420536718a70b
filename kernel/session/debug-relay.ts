import { Session } from "node:inspector";
import { Socket } from "node:net";
import { LineReader } from "../protocol/lines.js";
import { CHANNEL, type InspectorRequest } from "./messages.js";

/** Events of these domains are of no use to the front. */
const IGNORED = /^(Runtime|NodeWorker|NodeRuntime)\./;

/**
 * Relays the front's inspector requests to the main thread, and its answers and events back, one JSON line each.
 *
 * It must run in another thread: a main thread that stops at a breakpoint runs nothing but what the inspector asks of it.
 * Nothing is connected before the first request, so that sessions without a debugger pay nothing.
 *
 * @returns whether a debugger is there.
 */
export function relayInspector(): { readonly isConnected: boolean } {
  const socket = new Socket({ fd: CHANNEL.inspector, readable: true, writable: true });
  let session: Session | undefined;

  const write = (message: object): void => void socket.write(`${JSON.stringify(message)}\n`);

  const connect = (): Session => {
    const connected = new Session();
    connected.connectToMainThread();
    connected.on("inspectorNotification", (event) => {
      if (!IGNORED.test(event.method)) write(event);
    });
    return connected;
  };

  const take = ({ id, method, params }: InspectorRequest): void => {
    session ??= connect();
    session.post(method, params, (error, result) => write(error ? { id, error: messageOf(error) } : { id, result }));
  };

  const lines = new LineReader((line) => {
    const request = JSON.parse(line) as InspectorRequest | { readonly method: "disconnect" };
    if ("id" in request) take(request);
    else {
      session?.disconnect();
      session = undefined;
    }
  });
  socket.on("data", (chunk) => lines.push(chunk)).on("error", () => undefined);
  return {
    get isConnected() {
      return session !== undefined;
    },
  };
}

/** What the engine says, without what Node puts before it. */
function messageOf(error: unknown): string {
  const text =
    typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
  return text.replace(/^Inspector error -?\d+: /, "");
}
