import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
appendFileSync(process.env.FAKE_ROOT + "/calls.log", "diffrepairer " + process.argv.slice(2, 4).join(" ") + "\n");
const folder = process.argv.at(-1) + "/share/jupyter/kernels/diffrepairer";
mkdirSync(folder, { recursive: true });
writeFileSync(
  folder + "/kernel.json",
  JSON.stringify({ argv: [process.execPath, process.argv[1], "{connection_file}"] }),
);
