import type { Debugger, Runtime } from "node:inspector";
import type { Position } from "../session/positions.js";
import type { Inspector } from "./inspector.js";
import type { Variable } from "./messages.js";
import type { Origin, Scripts } from "./scripts.js";
import type { Container, Variables } from "./variables.js";

/** A frame of a stopped session, as its author sees it. */
export interface Frame {
  readonly id: number;
  /** The engine's own name of it. */
  readonly callFrameId: string;
  readonly name: string;
  /** Where its function begins, as the engine has it. */
  readonly functionId: string;
  readonly origin: Origin;
  readonly position: Position;
  /** The same in the script, which has more places: what the kernel adds has its own. */
  readonly place: string;
  readonly scopes: readonly Debugger.Scope[];
  readonly returnValue: Runtime.RemoteObject | undefined;
}

/** Scopes whose names the client lists; those of Node's globals are left out. */
const SCOPES: readonly { readonly name: string; readonly types: readonly string[] }[] = [
  { name: "Local", types: ["local", "block", "catch", "with", "eval", "wasm-expression-stack"] },
  { name: "Closure", types: ["closure"] },
  { name: "Module", types: ["module"] },
];

/** The frames in cells and files, innermost first; the kernel's and Node's own are left out. */
export async function framesOf(callFrames: readonly Debugger.CallFrame[], scripts: Scripts): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const { callFrameId, functionName, functionLocation, location, scopeChain, returnValue } of callFrames) {
    const origin = await scripts.origin(location.scriptId);
    const { lineNumber, columnNumber = 0 } = location;
    const position = origin?.locate({ line: lineNumber + 1, column: columnNumber + 1 });
    if (!origin || !position) continue;
    const name = functionName === "" ? origin.source.name : functionName;
    const functionId = JSON.stringify(functionLocation);
    const id = frames.length + 1;
    const place = `${lineNumber}:${columnNumber}`;
    frames.push({ id, callFrameId, name, functionId, origin, position, place, scopes: scopeChain, returnValue });
  }
  return frames;
}

/** The names that hide the session's in a frame. */
export async function localNames(frame: Frame, inspector: Inspector): Promise<string[]> {
  const lists = await Promise.all(SCOPES.map(({ types }) => variablesIn(frame, types, inspector)));
  return lists.flat().map(({ name }) => name);
}

/** The frame's own scopes, without those that are empty. */
export async function scopesOf(frame: Frame, inspector: Inspector, variables: Variables) {
  const scopes = [];
  for (const { name, types } of SCOPES) {
    const found = await variablesIn(frame, types, inspector);
    const returned = name === "Local" && frame.returnValue?.type !== "undefined" ? frame.returnValue : undefined;
    if (found.length === 0 && !returned) continue;
    const container: Container = {
      frameId: frame.id,
      expressionOf: (variable) => variable,
      read() {
        const shown = found.map((each): Variable =>
          each.value
            ? variables.variable(each.name, each.value, each.name, frame.id)
            : { name: each.name, value: "(not yet initialised)", variablesReference: 0 },
        );
        return Promise.resolve(returned ? [...shown, variables.variable("(return value)", returned)] : shown);
      },
    };
    scopes.push({ name, variablesReference: variables.add(container), expensive: false });
  }
  return scopes;
}

/** The variables in a frame's scopes of some types: inner ones hide outer ones, boxes and what they hold are left out. */
async function variablesIn(
  { scopes, origin: { prefix } }: Frame,
  types: readonly string[],
  inspector: Inspector,
): Promise<Runtime.PropertyDescriptor[]> {
  const found = new Map<string, Runtime.PropertyDescriptor>();
  for (const { type, object } of scopes) {
    if (!types.includes(type) || object.objectId === undefined) continue;
    const { result } = await inspector.post<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
      objectId: object.objectId,
      ownProperties: true,
      generatePreview: true,
    });
    const names = new Set(result.map(({ name }) => name));
    for (const each of result) {
      const isKernels = prefix !== undefined && (each.name.startsWith(prefix) || names.has(prefix + each.name));
      if (!isKernels && !found.has(each.name)) found.set(each.name, each);
    }
  }
  return [...found.values()];
}
