import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KernelClient, printed, resultOf, traceback, type Executed } from "./kernel-client.js";

const kernel = new KernelClient();
let pid = 0;
beforeAll(async () => void ({ pid } = await kernel.start(tmpdir())));
afterAll(() => kernel.close());

/** What notebooks do; names come again, numbers do not. */
const KINDS: readonly ((i: number) => string)[] = [
  (i) => `interface Row { id: number } const rows: Row[] = [{ id: ${i} }]; rows.length`,
  (i) => `function scale(value: number) { return value * ${i}; } scale(2)`,
  (i) => `class Box { constructor(readonly value: number) {} } new Box(${i})`,
  (i) => `for (let k = 0; k < 100; k++) console.log("line", k, ${i})`,
  (i) => `display.html("<b>${i}</b>"); await new Promise((done) => setTimeout(done, 1)); new Map([[${i}, [${i}]]])`,
  (i) => `import { join } from "node:path"; join("a", "${i}")`,
  (i) => `setTimeout(() => console.log("late ${i}"), 1); undefined`,
  (i) => `throw new Error("thrown in ${i}")`,
  (i) => `let x = ;; // ${i}`,
];

const soak = async (from: number, cells: number): Promise<void> => {
  for (let i = from; i < from + cells; i++) await kernel.execute(KINDS[i % KINDS.length]?.(i) ?? "");
};

/** Resident MB of the kernel's processes. */
function resident(): number {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const stat = read(`/proc/${entry}/stat`);
    parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const isOurs = (id: number): boolean => id === pid || parents.get(id) === pid;
  const pages = [...parents.keys()].filter(isOurs).map((id) => Number(read(`/proc/${id}/statm`).split(" ")[1] ?? 0));
  return pages.reduce((sum, count) => sum + count * 4096, 0) / 2 ** 20;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

const linesOf = (cell: Executed): string[] => printed(cell, "stdout").trimEnd().split("\n");

describe.skipIf(process.platform !== "linux")("a kernel that has run many cells", () => {
  test("takes no more memory for them", async () => {
    await soak(0, 300);
    const before = resident();
    await soak(300, 600);
    expect(resident() - before).toBeLessThan(200);
  });

  test("takes no more memory for 100,000 lines", async () => {
    const print = "for (let i = 0; i < 100_000; i++) console.log('line', i)";
    await kernel.execute(print);
    const before = resident();
    for (let i = 0; i < 5; i++) expect(linesOf(await kernel.execute(print))).toHaveLength(100_000);
    expect(resident() - before).toBeLessThan(150);
  });

  test("still knows the lines of the first", async () => {
    await kernel.execute("function early() {\n  throw new Error('from the first');\n}");
    await soak(1000, 100);
    expect(traceback(await kernel.execute("early()"))).toMatch(/early .*line 2, column 9/);
  });
});

describe("a burst of prints", () => {
  test("is seen while the cell goes on with something else", async () => {
    const { messages } = await kernel.execute(
      "for (let i = 0; i < 500; i++) console.log(i); const until = Date.now() + 700; while (Date.now() < until); console.log('end')",
    );
    const at = (text: string): number =>
      messages.find(({ content }) => String(content["text"]).endsWith(text))?.at ?? Number.NaN;
    expect(at("end\n") - at("499\n")).toBeGreaterThan(0.4);
  });

  test("keeps the order between streams and displays", async () => {
    const { messages } = await kernel.execute(
      "for (let i = 0; i < 300; i++) { console.log(i); if (i % 100 === 99) { console.error('e' + i); display.html('d' + i); } }",
    );
    const seen = messages
      .filter(({ type }) => type === "stream" || type === "display_data")
      .map(({ content }) => content["text"] ?? `${(content["data"] as Record<string, string>)["text/html"]}\n`)
      .join("");
    const expected = Array.from({ length: 300 }, (_, i) => (i % 100 === 99 ? `${i}\ne${i}\nd${i}\n` : `${i}\n`));
    expect(seen).toBe(expected.join(""));
  });

  test("is whole when the cell ends the process", async () => {
    const cell = await kernel.execute("for (let i = 0; i < 500; i++) console.log(i); process.exit(3)");
    expect(linesOf(cell)).toHaveLength(500);
  });
});

test("a cell of 1 MB runs, and later ones see its names", async () => {
  const rows = Array.from({ length: 25_000 }, (_, i) => `{ id: ${i}, name: "gene${i}", value: ${i}.5 }`);
  const code = `const big = [${rows.join(",\n")}];\nbig.length`;
  expect(code.length).toBeGreaterThan(1_000_000);
  expect(resultOf(await kernel.execute(code, { timeout: 100 }))).toBe("25000");
  expect(resultOf(await kernel.execute("big[24_999].name", { timeout: 100 }))).toBe("'gene24999'");
});

test("a cell of 80,000 statements runs, though TypeScript will not follow that many", async () => {
  const steps = Array.from({ length: 80_000 }, (_, i) => `sum += ${i};`);
  const cell = await kernel.execute(`let sum = 0;\n${steps.join("\n")}\nsum`, { timeout: 100 });
  expect(resultOf(cell)).toBe("3199960000");
});
