import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  findWheel,
  listFiles,
  parseHtml,
  parseJson,
  parsePipConfig,
  pipIndexes,
} from "../../../src/lib/datasets/python-index.js";
import { type FileServer, serve } from "./file-server.js";

const sha256 = "ab".repeat(32);
const page = "https://index.example/simple/some-project/";

let folder: string;
let server: FileServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "index-"));
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** A program named python3 that answers as a Python with pip would. */
function fakePython({ config, fallback }: { config: string; fallback: string }): NodeJS.ProcessEnv {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/sh\nif [ "$1" = -c ]; then echo "${fallback}"; exit; fi\ncat <<'END'\n${config}\nEND\n`;
  writeFileSync(join(bin, "python3"), script);
  chmodSync(join(bin, "python3"), 0o755);
  return { PATH: [bin, "/usr/bin", "/bin"].join(delimiter) };
}

describe("pipIndexes", () => {
  it("takes the environment first and starts nothing for it", async () => {
    const env = {
      PATH: "",
      PIP_INDEX_URL: "https://a.example/simple",
      PIP_EXTRA_INDEX_URL: "https://b.example/s  https://c.example/s",
    };
    expect(await pipIndexes({ env })).toEqual([
      "https://a.example/simple",
      "https://b.example/s",
      "https://c.example/s",
    ]);
  });

  it("reads pip's configuration, then pip's own default", async () => {
    const fallback = "https://default.example/simple";
    const config =
      "global.index-url='https://conf.example/simple'\nglobal.extra-index-url='\\nhttps://x.example/1\\nhttps://x.example/2'";
    expect(await pipIndexes({ env: fakePython({ config, fallback }) })).toEqual([
      "https://conf.example/simple",
      "https://x.example/1",
      "https://x.example/2",
    ]);
    expect(await pipIndexes({ env: fakePython({ config: "global.timeout='60'", fallback }) })).toEqual([fallback]);
  });

  it("says what to set when there is no Python to ask", async () => {
    await expect(pipIndexes({ env: { PATH: folder }, python: "no-python" })).rejects.toThrow(/Set PIP_INDEX_URL/);
  });

  it("reads quoted values", () => {
    const text = "global.index-url='https://a.example/it\\'s'\n:env:.cert=\"/x\"\nnonsense\ninstall.no-index='true'";
    expect([...parsePipConfig(text)]).toEqual([
      ["global.index-url", "https://a.example/it's"],
      [":env:.cert", "/x"],
      ["install.no-index", "true"],
    ]);
  });
});

describe("index pages", () => {
  it("reads HTML: relative links, entities, checksums, quotes, base", () => {
    const html = `<!DOCTYPE html><html><body>
      <a href="../../packages/p-1.0-py3-none-any.whl#sha256=${sha256}" data-requires-python="&gt;=3.10">p</a>
      <A data-x="1" HREF='https://files.example/p-1.1%2Bcpu-py3-none-any.whl?a=1&amp;b=2#egg=p&amp;sha256=${sha256}'>q</A>
      <a href="p-1.2.tar.gz">r</a> <a name="no-link">s</a> <a href="http://[bad">t</a> <a href="file:///etc/passwd">u</a>`;
    expect(parseHtml(html, page)).toEqual([
      { filename: "p-1.0-py3-none-any.whl", url: "https://index.example/packages/p-1.0-py3-none-any.whl", sha256 },
      {
        filename: "p-1.1+cpu-py3-none-any.whl",
        url: "https://files.example/p-1.1%2Bcpu-py3-none-any.whl?a=1&b=2",
        sha256,
      },
      { filename: "p-1.2.tar.gz", url: `${page}p-1.2.tar.gz` },
    ]);
    expect(parseHtml(`<base href="/root/"><a href="p.whl">p</a>`, page)[0]?.url).toBe(
      "https://index.example/root/p.whl",
    );
  });

  it("reads JSON and refuses what is none", () => {
    const files = [
      { filename: "ignored", url: "/f/p-1.0-py3-none-any.whl", hashes: { sha256 }, size: 12 },
      { filename: "x", url: "p-2.0.zip", hashes: {} },
      { filename: "broken" },
      null,
    ];
    expect(parseJson(JSON.stringify({ files }), page)).toEqual([
      { filename: "p-1.0-py3-none-any.whl", url: "https://index.example/f/p-1.0-py3-none-any.whl", sha256, size: 12 },
      { filename: "p-2.0.zip", url: `${page}p-2.0.zip` },
    ]);
    expect(() => parseJson("<html>", page)).toThrow(/not valid JSON/);
    expect(() => parseJson("{}", page)).toThrow(/no Python package index/);
  });
});

describe("findWheel", () => {
  it.each(["application/vnd.pypi.simple.v1+json", "text/html"])("finds a wheel on a %s page", async (type) => {
    const url = "../../files/Some_Project-1.0-py3-none-any.whl";
    server = await serve((_request, response) => {
      response.setHeader("content-type", type);
      const json = JSON.stringify({ files: [{ filename: "x", url, hashes: { sha256 } }] });
      response.end(type === "text/html" ? `<a href="${url}#sha256=${sha256}">x</a>` : json);
    });
    const index = `${server.origin}/simple/`;
    expect(await findWheel({ project: "some.project", version: "1.0", indexes: [index] })).toEqual({
      filename: "Some_Project-1.0-py3-none-any.whl",
      url: `${server.origin}/files/Some_Project-1.0-py3-none-any.whl`,
      sha256,
    });
    expect(server.requests[0]?.url).toBe("/simple/some-project/");
    const other = findWheel({ project: "some.project", version: "1.0", indexes: [index], accepts: () => false });
    await expect(other).rejects.toThrow(/no fitting wheel/);
  });

  it("goes on to the extra index, and keeps credentials on their own host", async () => {
    server = await serve((request, response) => {
      if (request.url?.startsWith("/main/")) return void response.writeHead(404).end();
      response.end(
        `<a href="/p-1.0-py3-none-any.whl">p</a> <a href="https://elsewhere.example/p-2.0-py3-none-any.whl">p</a>`,
      );
    });
    const secret = server.origin.replace("://", "://me:word@");
    const indexes = [`${secret}/main`, `${secret}/extra`];
    expect((await findWheel({ project: "p", version: "1.0", indexes })).url).toBe(`${secret}/p-1.0-py3-none-any.whl`);
    expect((await findWheel({ project: "p", version: "2.0", indexes })).url).toBe(
      "https://elsewhere.example/p-2.0-py3-none-any.whl",
    );
    expect(server.requests[1]?.headers.authorization).toMatch(/^Basic /);
    const none = await findWheel({ project: "p", version: "3.0", indexes }).catch((error: unknown) => error as Error);
    expect((none as Error).message).not.toMatch(/word/);
  });

  it("reads an index on disk", async () => {
    mkdirSync(join(folder, "simple", "p"), { recursive: true });
    writeFileSync(join(folder, "simple", "p", "index.html"), `<a href="../../p-1.0-py3-none-any.whl">p</a>`);
    const index = pathToFileURL(join(folder, "simple")).href;
    expect((await findWheel({ project: "P", version: "1.0", indexes: [index] })).url).toBe(
      pathToFileURL(join(folder, "p-1.0-py3-none-any.whl")).href,
    );
    expect(await listFiles("unknown", index)).toEqual([]);
  });

  it("tells the first failure when no index has the file", async () => {
    server = await serve((_request, response) => void response.writeHead(403).end());
    const failing = findWheel({ project: "p", version: "1.0", indexes: [server.origin, pathToFileURL(folder).href] });
    await expect(failing).rejects.toThrow(/answered 403/);
  });
});
