import { describe, expect, it } from "vitest";
import { describeFailure, EXIT, exitCodeOf, Failure } from "../../src/cli/failure.js";

describe("an error on the command line", () => {
  it("is one line without a stack where a person can act on it", () => {
    expect(describeFailure(new Failure("no Python; run npm run setup"), {})).toBe(
      "diffrepairer: no Python; run npm run setup",
    );
  });

  it("says how to see more where it was not foreseen", () => {
    expect(describeFailure(new TypeError("x is undefined"), {})).toBe(
      "diffrepairer: x is undefined (DIFFREPAIRER_DEBUG=1 shows where)",
    );
  });

  it("comes with its stack on demand", () => {
    expect(describeFailure(new Failure("gone"), { DIFFREPAIRER_DEBUG: "1" })).toMatch(/gone\n\s+at .*failure\.test/);
  });

  it("may be any value", () => {
    expect(describeFailure("text", {})).toBe("diffrepairer: text");
    expect(describeFailure(undefined, {})).toBe("diffrepairer: undefined");
  });

  it("asks for its own exit code, else for 1", () => {
    expect(exitCodeOf(new Failure("", EXIT.interrupted))).toBe(130);
    expect(exitCodeOf(new Failure(""))).toBe(1);
    expect(exitCodeOf(new Error(""))).toBe(1);
  });
});
