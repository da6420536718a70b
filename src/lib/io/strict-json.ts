/** Whether a parsed value is an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Parses JSON in which no object names a member twice: of two, readers differ in which they believe.
 *
 * @throws SyntaxError where it is no JSON, has a name twice, or is nested too deeply.
 */
export function parseStrictJson(text: string): unknown {
  let kept = 0;
  try {
    const value: unknown = JSON.parse(text, (_, member: unknown) => {
      if (typeof member === "object" && member !== null && !Array.isArray(member)) kept += Object.keys(member).length;
      return member;
    });
    let written = 0;
    for (const [, colon] of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)) if (colon !== undefined) written++;
    if (written !== kept) throw new SyntaxError("a name stands twice");
    return value;
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError("it is nested too deeply", { cause: error });
    throw error;
  }
}
