import type { Runtime } from "node:inspector";
import { ACCESS, type Inspector } from "./inspector.js";
import { DebugFailure, type Variable } from "./messages.js";
import { describe, lengthOf, typeOf } from "./remote-value.js";

/** Part of what is in a container. */
export interface Paging {
  readonly filter?: "indexed" | "named";
  readonly start?: number;
  readonly count?: number;
}

/** Something with variables in it: a scope, an object, a part of an array. */
export interface Container {
  read(paging: Paging): Promise<Variable[]>;
  /** How code reaches what is in it under a name; undefined when it cannot. */
  expressionOf?(name: string): string | undefined;
  /** The frame in which those expressions hold. */
  readonly frameId?: number;
}

/** Elements that a client which asks for no range is given at once; more are grouped. */
const PAGE = 100;
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** The containers that clients may open, by number, until the session runs on. */
export class Variables {
  readonly #inspector: Inspector;
  readonly #containers: Container[] = [];

  /** @param inspector - of the session. */
  constructor(inspector: Inspector) {
    this.#inspector = inspector;
  }

  /** Makes a container known. @returns its number. */
  add(container: Container): number {
    return this.#containers.push(container);
  }

  /** @throws DebugFailure for a number that is not known any more. */
  container(reference: number): Container {
    const container = this.#containers[reference - 1];
    if (!container) throw new DebugFailure("the session has run on since these variables were shown");
    return container;
  }

  /** A value under a name, with a number by which to look into it. */
  variable(name: string, value: Runtime.RemoteObject, evaluateName?: string, frameId?: number): Variable {
    const { objectId } = value;
    const length = lengthOf(value);
    return {
      name,
      value: describe(value),
      type: typeOf(value),
      variablesReference: objectId === undefined ? 0 : this.add(this.#object(objectId, value, evaluateName, frameId)),
      ...(length !== undefined && { indexedVariables: length }),
      ...(evaluateName !== undefined && { evaluateName }),
    };
  }

  /** The own properties of an object as variables, those with a getter unread. */
  async properties(objectId: string, container: Container, value?: Runtime.RemoteObject): Promise<Variable[]> {
    const { result, internalProperties = [] } = await this.#inspector.post<Runtime.GetPropertiesReturnType>(
      "Runtime.getProperties",
      { objectId, ownProperties: true, generatePreview: true },
    );
    const shown = result.filter(
      ({ name, enumerable, get }) => name !== "__proto__" && (enumerable || get || value?.subtype === "error"),
    );
    const inherited = value?.className !== undefined && isPlain(value) ? await this.#inheritedGetters(objectId) : [];
    const own = [...shown, ...inherited].map((property) => {
      const { name, get } = property;
      const evaluateName = container.expressionOf?.(name);
      if (property.value) return this.variable(name, property.value, evaluateName, container.frameId);
      return this.#lazy(name, objectId, get, evaluateName);
    });
    const internal = internalProperties
      .filter(({ name }) => name !== "[[Prototype]]" && name !== "[[Scopes]]" && name !== "[[FunctionLocation]]")
      .flatMap(({ name, value: inner }) => (inner ? [this.variable(name, inner)] : []));
    return [...own, ...internal];
  }

  #object(objectId: string, value: Runtime.RemoteObject, expression?: string, frameId?: number): Container {
    const length = lengthOf(value);
    const container: Container = {
      frameId,
      expressionOf: (name) => expression && memberOf(expression, name),
      read: ({ filter, start = 0, count }) => {
        const isWanted = filter === undefined || filter === (length === undefined ? "named" : "indexed");
        if (!isWanted) return Promise.resolve([]);
        if (length === undefined) return this.properties(objectId, container, value);
        if (count === undefined || count === 0) return this.#groups(objectId, start, length, container);
        return this.#elements(objectId, start, Math.min(count, length - start), container);
      },
    };
    return container;
  }

  async #elements(objectId: string, start: number, count: number, container: Container): Promise<Variable[]> {
    const { result } = await this.#inspector.post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: `function () { return ${ACCESS}.elements(this, ${start}, ${count}) }`,
    });
    return result.objectId === undefined ? [] : this.properties(result.objectId, container);
  }

  /** Elements of an array, in groups, and groups of groups, when there are many. */
  async #groups(objectId: string, start: number, end: number, container: Container): Promise<Variable[]> {
    const count = end - start;
    if (count <= PAGE) return this.#elements(objectId, start, count, container);
    let size = PAGE;
    while (size * PAGE < count) size *= PAGE;
    const groups: Variable[] = [];
    for (let from = start; from < end; from += size) {
      const to = Math.min(end, from + size);
      const group: Container = { ...container, read: () => this.#groups(objectId, from, to, container) };
      groups.push({ name: `[${from}…${to - 1}]`, value: "", variablesReference: this.add(group) });
    }
    return groups;
  }

  /** Getters of the object's own class, without those of built-in ones. */
  async #inheritedGetters(objectId: string): Promise<Runtime.PropertyDescriptor[]> {
    const { result } = await this.#inspector.post<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
      objectId,
      accessorPropertiesOnly: true,
    });
    return result.filter(({ name, isOwn, get }) => name !== "__proto__" && !isOwn && get?.objectId !== undefined);
  }

  /** A property whose getter runs once a client asks. */
  #lazy(name: string, objectId: string, get: Runtime.RemoteObject | undefined, evaluateName?: string): Variable {
    if (get?.objectId === undefined) return { name, value: "(setter)", variablesReference: 0 };
    const read = async (): Promise<Variable[]> => {
      const { result } = await this.#inspector.post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
        objectId,
        functionDeclaration: "function (get) { return get.call(this) }",
        arguments: [{ objectId: get.objectId }],
        generatePreview: true,
      });
      return [this.variable("", result, evaluateName)];
    };
    return {
      name,
      value: "(getter)",
      variablesReference: this.add({ read }),
      presentationHint: { lazy: true },
      ...(evaluateName !== undefined && { evaluateName }),
    };
  }
}

const isPlain = ({ type, subtype }: Runtime.RemoteObject): boolean => type === "object" && subtype === undefined;

/** An expression for a member: `a.b`, `a[0]`, `a["b c"]`; undefined for symbols and private names. */
function memberOf(object: string, name: string): string | undefined {
  if (IDENTIFIER.test(name)) return `${object}.${name}`;
  if (/^\d+$/.test(name)) return `${object}[${name}]`;
  return name.startsWith("Symbol(") || name.startsWith("#") ? undefined : `${object}[${JSON.stringify(name)}]`;
}
