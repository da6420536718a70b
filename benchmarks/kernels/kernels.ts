import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { buildStartupSnapshot } from "../../kernel/index.js";
import { npmPeer } from "../npm-peer.js";
import { peerPython, PeerUnavailable } from "../peer-process.js";

const CONNECTION_FILE = "{connection_file}";

/** A kernel that can be measured. */
export interface KernelUnderTest {
  readonly name: string;
  /** Of the cells that it is given. */
  readonly language: "typescript" | "python";
  /** The command that starts it, with a placeholder for the connection file; installs what is not there. */
  command(root: string): Promise<readonly string[]>;
}

/** The kernel of this package, as built and, like an installed one, with its startup snapshot; it checks every cell's types. */
export const OURS: KernelUnderTest = {
  name: "ours",
  language: "typescript",
  async command(root) {
    await buildStartupSnapshot();
    return [process.execPath, join(root, "dist", "kernel", "main.js"), CONNECTION_FILE];
  },
};

/** The kernels it is compared with. Of these only tslab checks types. */
export const PEERS: readonly KernelUnderTest[] = [
  {
    name: "ipykernel",
    language: "python",
    async command(root) {
      return [await peerPython(root, "ipykernel"), "-m", "ipykernel_launcher", "-f", CONNECTION_FILE];
    },
  },
  {
    name: "deno",
    language: "typescript",
    async command(root) {
      const binary = denoBinary(await npmPeer(root, "deno", "2.9.6"));
      return [binary, "jupyter", "--kernel", "--conn", CONNECTION_FILE];
    },
  },
  {
    name: "tslab",
    language: "typescript",
    async command(root) {
      const main = join(await npmPeer(root, "tslab", "1.0.22"), "bin", "tslab");
      return [process.execPath, main, "kernel", "--config-path", CONNECTION_FILE];
    },
  },
];

/** The binary that npm brings, which deno's own start script would look for at each start. */
function denoBinary(folder: string): string {
  const platforms = join(folder, "node_modules", "@deno");
  const [platform] = existsSync(platforms) ? readdirSync(platforms) : [];
  if (platform === undefined) throw new PeerUnavailable(`npm has no binary for ${process.platform} ${process.arch}`);
  return join(platforms, platform, "deno");
}
