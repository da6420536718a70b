#!/usr/bin/env node
import { runCommandLine } from "./program.js";

// What reads the output, such as head, may have enough of it.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await runCommandLine(process.argv);
