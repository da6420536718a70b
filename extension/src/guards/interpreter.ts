import { expressionInterpreter } from "vega-interpreter";
import { splitAccessPath } from "vega-util";
import type { Budget } from "./budget.js";
import { refusePageObject, safeGetter } from "./page-object.js";

/** A node of Vega's expression tree. */
interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

interface Parsed {
  readonly ast: Node;
}

type Functions = Record<string, (...values: never[]) => unknown>;

/** What Vega's runtime hands to an interpreter: the functions that expressions may call. */
interface Context {
  readonly functions: Functions;
}

interface Encoding {
  readonly marktype: string;
  readonly channels: Readonly<Record<string, Parsed>>;
}

type Evaluator = (...values: unknown[]) => unknown;

/** The interface of vega-interpreter, and the getters that the runtime makes for fields. */
export interface Interpreter {
  operator(context: Context, expression: Parsed): Evaluator;
  parameter(context: Context, expression: Parsed): Evaluator;
  event(context: Context, expression: Parsed): Evaluator;
  handler(context: Context, expression: Parsed): Evaluator;
  encode(context: Context, encoding: Encoding): Evaluator;
  readonly codegen: { get(path: readonly string[]): (object: unknown) => unknown };
}

/** Name of the function put around every member access; no expression of a spec can name it. */
const GUARD = "not in the page";

/** Longest array that `sequence` may make in an expression. */
const MAX_SEQUENCE = 1_000_000;

/** Rows of a data set to which `modify` may add; a spec can double its data again and again. */
const MAX_MODIFIED = 100_000;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

/** The tree with a call of the guard around every member access: `a.b` becomes `guard(a.b, "b")`. */
export const guardMembers = (node: Node): Node => {
  const parts = Object.entries(node).map(([name, part]): [string, unknown] => {
    if (Array.isArray(part)) return [name, part.map((each) => (isNode(each) ? guardMembers(each) : each))];
    return [name, isNode(part) ? guardMembers(part) : part];
  });
  const copy = Object.fromEntries(parts) as Node;
  if (node.type !== "MemberExpression") return copy;
  const { name, value } = node.property as { name?: unknown; value?: unknown };
  const label: Node = { type: "Literal", value: String(name ?? value ?? "a member") };
  return { type: "CallExpression", callee: { type: "Identifier", name: GUARD }, arguments: [copy, label] };
};

interface SelectionField {
  readonly field: string;
}

interface SelectionEntry {
  readonly fields?: readonly SelectionField[];
}

const getters = new Map<string, (object: unknown) => unknown>();

const getterOf = (field: string): ((object: unknown) => unknown) => {
  const getter = getters.get(field) ?? safeGetter(splitAccessPath(field));
  getters.set(field, getter);
  return getter;
};

/** Walks the fields of a selection first: Vega's selection functions read them with getters of their own. */
const checkFields = (fields: readonly SelectionField[] | undefined, datum: unknown): void => {
  refusePageObject(datum, "datum");
  if (datum === undefined || datum === null) return;
  for (const { field } of fields ?? []) getterOf(String(field))(datum);
};

/** What Vega's functions find as `this`: the data sets, as they are put in and as they come out of their transforms. */
interface DataContext {
  readonly context: {
    readonly data: Readonly<
      Record<
        string,
        { readonly input: { readonly value: readonly unknown[] }; readonly values: { readonly value: unknown } }
      >
    >;
  };
}

/** Vega's functions, those replaced that read fields by a path or that never end. */
const guardFunctions = (functions: Functions): Functions => {
  const overlay = Object.create(functions) as Record<string, unknown>;
  const original = (name: string): Evaluator => functions[name] as Evaluator;
  overlay[GUARD] = refusePageObject;
  overlay.pluck = (data: unknown, field: string) => {
    const get = getterOf(String(field));
    return Array.isArray(data) ? data.map(get) : get(data);
  };
  overlay.sequence = (...bounds: number[]) => {
    const [start, stop, step] =
      bounds.length < 2 ? [0, bounds[0] ?? 0, 1] : [bounds[0] ?? 0, bounds[1] ?? 0, bounds[2] ?? 1];
    if ((stop - start) / step > MAX_SEQUENCE) throw new Error(`a sequence may have ${MAX_SEQUENCE} values at most`);
    return original("sequence").apply(overlay, bounds);
  };
  overlay.modify = function (this: DataContext, name: string, ...changes: unknown[]) {
    const rows = this.context.data[name]?.input.value.length ?? 0;
    if (rows > MAX_MODIFIED) throw new Error(`the chart was stopped: its data grew to ${rows} rows`);
    return original("modify").call(this, name, ...changes);
  };
  overlay.vlSelectionTest = function (this: DataContext, name: string, datum: unknown, op: unknown) {
    const entries = this.context.data[name]?.values.value as readonly SelectionEntry[] | undefined;
    for (const { fields } of entries ?? []) checkFields(fields, datum);
    return original("vlSelectionTest").call(this, name, datum, op);
  };
  overlay.vlSelectionTuples = (items: readonly { datum?: unknown }[], base: SelectionEntry) => {
    for (const item of items) checkFields(base?.fields, item?.datum);
    return original("vlSelectionTuples").call(overlay, items, base);
  };
  return overlay as Functions;
};

/**
 * Vega's interpreter of expressions, in which no expression and no field reaches an object of the page: Vega's own evaluates
 * `event.view.document.cookie`, and `item()` and `event` lead to elements. It wraps the published interpreter: expressions
 * are rewritten before it sees them.
 */
export const guardedInterpreter = (budget: Budget): Interpreter => {
  const published = expressionInterpreter as unknown as Omit<Interpreter, "codegen">;
  const timed =
    (evaluate: Evaluator): Evaluator =>
    (...values) => {
      budget.tick();
      return evaluate(...values);
    };
  const known = new WeakMap<Functions, Context>();
  const guarded = ({ functions }: Context): Context => {
    const context = known.get(functions) ?? { functions: guardFunctions(functions) };
    known.set(functions, context);
    return context;
  };
  const rewritten = ({ ast }: Parsed): Parsed => ({ ast: guardMembers(ast) });
  return {
    operator: (context, expression) => timed(published.operator(guarded(context), rewritten(expression))),
    parameter: (context, expression) => timed(published.parameter(guarded(context), rewritten(expression))),
    event: (context, expression) => timed(published.event(guarded(context), rewritten(expression))),
    handler: (context, expression) => timed(published.handler(guarded(context), rewritten(expression))),
    encode: (context, { marktype, channels }) => {
      const safe = Object.entries(channels).map(([name, expression]) => [name, rewritten(expression)] as const);
      return timed(published.encode(guarded(context), { marktype, channels: Object.fromEntries(safe) }));
    },
    codegen: { get: safeGetter },
  };
};
