import type { MimeBundle } from "../protocol/messages.js";
import { evaluationOf, type Eraser } from "./conditions.js";
import type { DebuggedSession } from "./debugged-session.js";
import { localNames, type Frame } from "./frames.js";
import { ACCESS } from "./inspector.js";
import { DebugFailure } from "./messages.js";
import { describe, lengthOf, typeOf } from "./remote-value.js";

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
    const expression = await this.#compile(code, frame, awaitPromise);
    const options = { throwOnSideEffect: !mayChange, ...(!frame && { awaitPromise }) };
    const value = await session.evaluate(expression, frame, options).catch((error: Error) => {
      if (session.stop && awaits && error.message.startsWith("SyntaxError")) {
        throw new DebugFailure("a stopped session cannot await; leave the await out to see the promise");
      }
      throw error;
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
    const expression = `${ACCESS}.bundle(${await this.#compile(code, frame, false)}, ${waits})`;
    const options = { returnByValue: true, generatePreview: false, ...(!frame && { awaitPromise: waits }) };
    return (await this.#session.evaluate(expression, frame, options)).value as MimeBundle;
  }

  #frame(frameId: number | undefined): Frame | undefined {
    return frameId !== undefined && this.#session.stop ? this.#session.frame(frameId) : undefined;
  }

  async #compile(code: string, frame: Frame | undefined, awaits: boolean): Promise<string> {
    const locals = frame ? await localNames(frame, this.#session.inspector) : [];
    return evaluationOf(code, { locals }, awaits, this.#erase);
  }
}
