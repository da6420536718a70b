import { propertyOf } from "../display/shape.js";
import { Broadcast } from "./broadcast.js";
import type { Comms } from "./comm-api.js";

/** The comm target at which clients hear how the session is. */
export const STATUS_TARGET = "diffrepairer.status";

/**
 * The global under which a library says what it computes with: an object `{ name, device }`, such as
 * `{ name: "tensorflow", device: "CPU" }`.
 */
export const BACKEND = Symbol.for("diffrepairer.backend");

/** How a session is. */
export interface SessionStatus {
  /** What computes, once that is known. */
  readonly backend?: { readonly name: string; readonly device?: string };
  /** In bytes. */
  readonly memory: { readonly rss: number; readonly heap: number; readonly external: number };
  /** What TensorFlow.js holds, where it is loaded. */
  readonly tensors?: { readonly count: number; readonly bytes: number };
}

/** Tells clients how the session is. */
export const createStatus = (comms: Comms): Broadcast => new Broadcast(comms, STATUS_TARGET, sessionStatus);

function sessionStatus(): SessionStatus {
  const { rss, heapUsed: heap, external } = process.memoryUsage();
  // The global that all copies of TensorFlow.js share their engine by.
  const engine = objectAt(globalThis, "_tfengine");
  return { backend: backendOf(engine), memory: { rss, heap, external }, tensors: tensorsOf(engine) };
}

function backendOf(engine: object | undefined): SessionStatus["backend"] {
  const told = objectAt(globalThis, BACKEND);
  const name = told ? propertyOf(told, "name") : engine && propertyOf(engine, "backendName");
  if (typeof name !== "string") return undefined;
  const device = told && propertyOf(told, "device");
  return { name, ...(typeof device === "string" && { device }) };
}

function tensorsOf(engine: object | undefined): SessionStatus["tensors"] {
  const state = engine && objectAt(engine, "state");
  const [count, bytes] = ["numTensors", "numBytes"].map((name) => state && propertyOf(state, name));
  return typeof count === "number" && typeof bytes === "number" ? { count, bytes } : undefined;
}

function objectAt(object: object, name: PropertyKey): object | undefined {
  const value = propertyOf(object, name);
  return typeof value === "object" && value !== null ? value : undefined;
}
