import type { Session } from "@jupyterlab/services";
import type { SampleFacts } from "./facts.js";

/** The start of a kernelspec's name of this project's kernel. */
const KERNEL = /^diffrepairer/;

/** The kernel that repairs, by its name. @throws {Error} where there is none */
export const kernelName = (names: readonly string[]): string => {
  const name = [...names].sort((a, b) => a.length - b.length).find((candidate) => KERNEL.test(candidate));
  if (name === undefined)
    throw new Error('The kernel is not installed: run "npm run setup" in the checkout of diffrepairer.');
  return name;
};

/** Asks what h5ad files hold, in a session of its own that no notebook shows; it is started at the first question. */
export class Inspector {
  readonly #start: () => Promise<Session.ISessionConnection>;
  #session: Promise<Session.ISessionConnection> | undefined;

  /** @param start - begins a session whose folder is that of the files. */
  constructor(start: () => Promise<Session.ISessionConnection>) {
    this.#start = start;
  }

  /** What `diffrepairer inspect` says. @throws {Error} that says why it cannot */
  async inspect(file: string, model?: string): Promise<SampleFacts> {
    const { kernel } = await (this.#session ??= this.#start());
    if (!kernel) throw new Error("The kernel did not start.");
    const parameters = ["inspect", file, "--json", ...(model === undefined ? [] : ["--model", model])];
    const future = kernel.requestExecute({ code: inspection(parameters), store_history: false });
    let said = "";
    future.onIOPub = ({ content }) => {
      if ("name" in content && content.name === "stdout" && "text" in content) said += String(content.text);
    };
    const { content } = await future.done;
    if (content.status === "error") throw new Error(content.evalue);
    const { facts, error } = JSON.parse(said) as { facts?: SampleFacts; error?: string };
    // What the command line says around its errors is of no use here.
    if (!facts) throw new Error(error?.replace(/^diffrepairer: | \(DIFFREPAIRER_DEBUG=1.*\)$/g, ""));
    return facts;
  }

  /** Ends the session. */
  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    await session?.shutdown();
  }
}

/** A cell that runs the command line of the package that a notebook would import, in the notebook's folder. */
const inspection = (parameters: readonly string[]): string => `// @types off
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
const manifest = require.resolve("diffrepairer/package.json");
const main = join(dirname(manifest), require(manifest).bin.diffrepairer);
const [failed, facts, said] = await new Promise((done) =>
  execFile(process.execPath, [main, ...${JSON.stringify(parameters)}], { maxBuffer: 2 ** 26 }, (...results) => done(results)));
console.log(JSON.stringify(failed ? { error: said.trim() || failed.message } : { facts: JSON.parse(facts) }));`;
