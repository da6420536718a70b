import type { MimeBundle } from "../protocol/messages.js";
import { compileExpression, type Compiled, type Eraser } from "./conditions.js";
import type { DebuggedSession } from "./debugged-session.js";
import { localNames, type Frame } from "./frames.js";
import { ACCESS } from "./inspector.js";
import { DebugFailure } from "./messages.js";
import { describe, lengthOf, typeOf } from "./remote-value.js";

const CANNOT_AWAIT = "a stopped session cannot await; leave the await out to see the promise";

/** An expression, and where it is evaluated. */
export interface Expression {
  readonly code: string;
  /** The frame whose variables it sees; undefined for the session's alone. */
  readonly frameId: number | undefined;
}

/** Evaluates expressions in TypeScript, in a frame or outside of any. */
export class Evaluator {
  readonly #session: DebuggedSession;
  readonly #erase: Eraser;

  /** @param erase - compiles expressions. */
  constructor(session: DebuggedSession, erase: Eraser) {
    this.#session = session;
    this.#erase = erase;
  }

  /** An expression's value, as a client is told of it. @param mayChange - whether it may have side effects. */
  async evaluate({ code, frameId }: Expression, mayChange = true) {
    const session = this.#session;
    const frame = this.#frame(frameId);
    // A loop that runs would hold back a promise, so only what awaits is evaluated as one.
    const awaits = /\bawait\b/.test(code);
    const awaitPromise = awaits && !session.stop;
    const { expression, reword } = await this.#compile(code, frame, awaitPromise);
    const options = { throwOnSideEffect: !mayChange, ...(!frame && { awaitPromise }) };
    const value = await session.evaluate(expression, frame, options).catch((error: Error) => {
      const isAwait = session.stop !== undefined && awaits && error.message.startsWith("SyntaxError");
      throw new DebugFailure(isAwait ? CANNOT_AWAIT : reword(error.message));
    });
    const length = lengthOf(value);
    return {
      result: describe(value),
      value: describe(value),
      type: typeOf(value),
      variablesReference: session.variables.variable("", value, undefined, frame?.id).variablesReference,
      ...(length !== undefined && { indexedVariables: length }),
    };
  }

  /** What an expression's value looks like in a notebook. A display that must be awaited is left out of a stopped session. */
  async bundle({ code, frameId }: Expression): Promise<MimeBundle> {
    const frame = this.#frame(frameId);
    const waits = !this.#session.stop;
    const { expression, reword } = await this.#compile(code, frame, false);
    const options = { returnByValue: true, generatePreview: false, ...(!frame && { awaitPromise: waits }) };
    const value = await this.#session
      .evaluate(`${ACCESS}.bundle(${expression}, ${waits})`, frame, options)
      .catch((error: Error) => {
        throw new DebugFailure(reword(error.message));
      });
    return value.value as MimeBundle;
  }

  #frame(frameId: number | undefined): Frame | undefined {
    return frameId !== undefined && this.#session.stop ? this.#session.frame(frameId) : undefined;
  }

  async #compile(code: string, frame: Frame | undefined, awaits: boolean): Promise<Compiled> {
    const locals = frame ? await localNames(frame, this.#session.inspector) : [];
    return compileExpression(code, { locals }, awaits, this.#erase);
  }
}
