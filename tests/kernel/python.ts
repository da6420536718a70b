import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** The package's folder. */
export const ROOT = resolve(import.meta.dirname, "../..");

/** The kernel as built. */
export const KERNEL_MAIN = resolve(ROOT, "dist/kernel/main.js");

/** The Python that has jupyter_client: `DIFFREPAIRER_TEST_PYTHON`, else the one that set-up has made. */
export function testPython(): string {
  const python = process.env["DIFFREPAIRER_TEST_PYTHON"] ?? resolve(ROOT, ".venv/bin/python");
  if (!existsSync(python)) throw new Error(`${python} is missing; run npm run setup, or set DIFFREPAIRER_TEST_PYTHON`);
  return python;
}
