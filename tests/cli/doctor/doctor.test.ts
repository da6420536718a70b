import { describe, expect, it } from "vitest";
import { describeChecks, examine } from "../../../src/cli/doctor/doctor.js";

describe("the list of checks", () => {
  it("looks at everything, each with a name of its own", async () => {
    const names = (await examine()).map(({ name }) => name);
    expect(new Set(names)).toEqual(
      new Set("diffrepairer node platform backend g++ python kernel data notebooks danfojs-node tslab".split(" ")),
    );
    expect(names).toHaveLength(11);
  });

  it("has each cure below what it cures, aligned", () => {
    const text = describeChecks([
      { name: "node", status: "ok", detail: "20.19.0" },
      { name: "kernel", status: "missing", detail: "not registered", cure: "register it" },
    ]);
    expect(text.split("\n")).toEqual([
      "ok       node    20.19.0",
      "MISSING  kernel  not registered",
      "                 cure: register it",
    ]);
  });
});
