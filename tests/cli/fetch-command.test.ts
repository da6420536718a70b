import { describe, expect, it } from "vitest";
import { downloadProgress, fetchCommand } from "../../src/cli/fetch-command.js";
import { RecordingTerminal } from "./recording-terminal.js";

const MIB = 2 ** 20;

describe("the progress of a download", () => {
  it("is one line that is rewritten on a terminal, ended when whole", () => {
    const terminal = new RecordingTerminal(true);
    const tell = downloadProgress("pbmc3k", terminal);
    tell({ received: MIB, total: 4 * MIB });
    tell({ received: 4 * MIB, total: 4 * MIB });
    expect(terminal.text).toBe("\r\u001b[2Kpbmc3k: 1.0 of 4.0 MiB\r\u001b[2Kpbmc3k: 4.0 of 4.0 MiB\n");
  });

  it("is a line a tenth elsewhere", () => {
    const terminal = new RecordingTerminal();
    const tell = downloadProgress("pbmc3k", terminal);
    for (let k = 0; k <= 100; k++) tell({ received: k * MIB, total: 100 * MIB });
    expect(terminal.lines).toHaveLength(11);
    expect(terminal.lines.at(-1)).toBe("pbmc3k: 100.0 of 100.0 MiB");
  });

  it("does without a total", () => {
    const terminal = new RecordingTerminal();
    const tell = downloadProgress("pbmc3k", terminal);
    tell({ received: MIB, total: undefined } as never);
    tell({ received: 2 * MIB, total: undefined } as never);
    expect(terminal.lines).toEqual(["pbmc3k: 1.0 MiB"]);
  });
});

it("fetch names the data sets there are when asked for another", async () => {
  await expect(fetchCommand("pbmc9k", new RecordingTerminal())).rejects.toThrow(/pbmc9k.*pbmc3k/s);
});
