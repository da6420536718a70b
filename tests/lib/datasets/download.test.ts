import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { download, type DownloadProgress, isIntact, withoutCredentials } from "../../../src/lib/datasets/download.js";
import { type FileServer, sendRange, serve } from "./file-server.js";

const body = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919 + (i >> 8)) & 255));
const sha256 = createHash("sha256").update(body).digest("hex");
const expected = { sha256, size: body.length };

let folder: string;
let path: string;
let server: FileServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "download-"));
  path = join(folder, "below", "file.bin");
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(answer: Parameters<typeof serve>[0]): Promise<string> {
  server = await serve(answer);
  return `${server.origin}/file.bin`;
}

/** Leaves the first bytes of the file as an earlier, interrupted download would. */
async function leavePartial(bytes: Buffer): Promise<void> {
  const { mkdir } = await import("node:fs/promises");
  await mkdir(join(folder, "below"), { recursive: true });
  writeFileSync(`${path}.partial`, bytes);
}

describe("download", () => {
  it("writes the file whole, tells progress, and asks nothing when it is there already", async () => {
    const url = await start((request, response) => sendRange(request, response, body));
    const progress: DownloadProgress[] = [];
    expect(await download({ url, path, ...expected, onProgress: (p) => progress.push(p) })).toBe(path);
    expect(readFileSync(path).equals(body)).toBe(true);
    expect(existsSync(`${path}.partial`)).toBe(false);
    expect(progress.at(-1)).toEqual({ received: body.length, total: body.length });
    await download({ url, path, ...expected });
    expect(server?.requests.length).toBe(1);
  });

  it("goes on from a partial file", async () => {
    const url = await start((request, response) => sendRange(request, response, body));
    await leavePartial(body.subarray(0, 123_456));
    await download({ url, path, sha256 });
    expect(server?.requests.map((request) => request.headers.range)).toEqual(["bytes=123456-"]);
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  it("finishes a partial file that is complete, with and without a known size", async () => {
    const url = await start((request, response) => sendRange(request, response, body));
    await leavePartial(body);
    await download({ url, path, ...expected });
    expect(server?.requests.length).toBe(0);
    rmSync(path);
    await leavePartial(body);
    await download({ url, path, sha256 });
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  it("begins anew where the server knows no ranges", async () => {
    const url = await start((_request, response) => response.end(body));
    await leavePartial(body.subarray(0, 1000));
    await download({ url, path, ...expected });
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  it("goes on by itself when the connection breaks", async () => {
    let calls = 0;
    const url = await start((request, response) => {
      if (++calls > 1) return sendRange(request, response, body);
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, 100_000), () => response.destroy());
    });
    await download({ url, path, ...expected });
    expect(calls).toBe(2);
    expect(server?.requests[1]?.headers.range).toMatch(/^bytes=[1-9]/);
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  it("gives up a connection that stands still", async () => {
    const url = await start((_request, response) => {
      response.writeHead(200, { "content-length": body.length });
      response.write("x");
    });
    const failing = download({ url, path, ...expected, stallSeconds: 0.05 });
    await expect(failing).rejects.toMatchObject({
      reason: "network",
      message: expect.stringMatching(/sent nothing for/),
    });
  });

  it.each([
    ["corrupted", Buffer.from(body).fill(0, 1000, 1001), /SHA-256 is not/],
    ["too long", Buffer.concat([body, body]), /600000 bytes instead of 300000/],
  ])("tells and removes a %s file", async (_name, wrong, message) => {
    const url = await start((request, response) => sendRange(request, response, wrong));
    await expect(download({ url, path, ...expected })).rejects.toMatchObject({
      name: "DownloadError",
      reason: "content",
      message: expect.stringMatching(message),
    });
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}.partial`)).toBe(false);
  });

  it("replaces a corrupted file that lies at the target", async () => {
    const url = await start((request, response) => sendRange(request, response, body));
    await leavePartial(Buffer.alloc(0));
    writeFileSync(path, body.subarray(0, 10));
    await download({ url, path, ...expected });
    expect(await isIntact(path, expected)).toBe(true);
  });

  it("lets two downloads of one file run at once", async () => {
    const url = await start((request, response) => sendRange(request, response, body));
    await Promise.all([download({ url, path, ...expected }), download({ url, path, ...expected })]);
    expect(readFileSync(path).equals(body)).toBe(true);
  });

  it("stops at the signal and keeps what arrived", async () => {
    const url = await start((_request, response) => {
      response.writeHead(200, { "content-length": body.length });
      response.write(body.subarray(0, 100_000));
    });
    const stop = new AbortController();
    const onProgress = ({ received }: DownloadProgress) => received > 0 && stop.abort();
    await expect(download({ url, path, ...expected, signal: stop.signal, onProgress })).rejects.toMatchObject({
      reason: "aborted",
    });
    expect(readFileSync(`${path}.partial`).length).toBeGreaterThan(0);
  });

  it("sends the credentials of the address as a header and never shows them", async () => {
    const url = await start((_request, response) => response.writeHead(403).end());
    const secret = url.replace("://", "://me:s%40fe@");
    const failure = await download({ url: secret, path, sha256 }).catch((error: unknown) => error as Error);
    expect(server?.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("me:s@fe").toString("base64")}`);
    expect((failure as Error).message).toMatch(/answered 403/);
    expect((failure as Error).message).not.toMatch(/fe@|me:/);
    expect(withoutCredentials("https://a:b@host/x")).toBe("https://host/x");
  });

  it("names a missing network and its cure", async () => {
    const url = await start((_request, response) => response.end());
    await server?.close();
    const failing = download({ url, path, sha256, signal: AbortSignal.timeout(20_000) });
    await expect(failing).rejects.toThrow(/cannot be reached \(ECONNREFUSED\).*Check the network/);
  });

  it("refuses plain http of other machines, redirects to it, unknown options and bad checksums", async () => {
    await expect(download({ url: "http://192.0.2.1/x", path, sha256 })).rejects.toThrow(/only https/);
    await expect(download({ url: "ftp://127.0.0.1/x", path, sha256 })).rejects.toThrow(/only https/);
    await expect(download({ url: "https://127.0.0.1/x", path, sha256: "abc" })).rejects.toThrow(/64 hexadecimal/);
    const typo = { url: "https://127.0.0.1/x", path, sha256, sha: "" };
    await expect(download(typo)).rejects.toThrow(/unknown option 'sha'/);
  });

  it("copies from a mirror on disk", async () => {
    const source = join(folder, "mirror.bin");
    writeFileSync(source, body);
    await leavePartial(body.subarray(0, 77));
    await download({ url: pathToFileURL(source).href, path, ...expected });
    expect(readFileSync(path).equals(body)).toBe(true);
  });
});
