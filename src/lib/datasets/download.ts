import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** What {@link download} needs. */
export interface DownloadOptions {
  /** An https address (http only for this machine itself; `file:` for a mirror on disk). May carry `user:password@`. */
  url: string;
  /** Where the finished file goes; its folder is made. While it grows it is called `<path>.partial`. */
  path: string;
  /** Expected number of bytes, where known. */
  size?: number;
  /** Expected SHA-256, as 64 hexadecimal digits. */
  sha256: string;
  /** Called as bytes arrive. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Stops the download; what has arrived stays for the next call to go on from. */
  signal?: AbortSignal;
  /** Seconds without a byte after which a connection counts as dead; default 60. */
  stallSeconds?: number;
}

/** How far a download is, in bytes. `total` is missing where neither the caller nor the server says it. */
export interface DownloadProgress {
  received: number;
  total?: number;
}

/** Why a download failed: the network, the server's answer, the content, the disk, permissions, or the caller's signal. */
export type DownloadFailure = "network" | "status" | "content" | "disk" | "permission" | "aborted";

/**
 * A download that did not end with a verified file; the message names the cause and the cure.
 * @example
 * const pbmc3k = await datasets.fetch("pbmc3k").catch((error: unknown) => {
 *   if (error instanceof datasets.DownloadError && error.reason === "network") return undefined;
 *   throw error;
 * });
 */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
  constructor(
    readonly reason: DownloadFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const ATTEMPTS = 4;
const LOCAL_HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Fetches a file: goes on from a partial one by a range request, checks size and SHA-256, then renames it into place, so that
 * `path` is whole or absent. A file already there with the right checksum is kept; a corrupted one is removed and told.
 *
 * Two processes may fetch the same file at once: both write the same bytes at the same places.
 *
 * @returns the path
 * @throws {@link DownloadError}
 */
export async function download(options: DownloadOptions): Promise<string> {
  const { url, path, size, sha256, onProgress, signal, stallSeconds = 60, ...others } = options;
  const unknown = Object.keys(others)[0];
  if (unknown) throw new TypeError(`download: unknown option '${unknown}'`);
  if (!/^[0-9a-f]{64}$/i.test(sha256))
    throw new TypeError(`download: sha256 is not 64 hexadecimal digits: '${sha256}'`);
  const shown = withoutCredentials(url);
  const partial = `${path}.partial`;
  try {
    if (await isIntact(path, { size, sha256 })) return path;
    await mkdir(dirname(path), { recursive: true });
    for (let attempt = 1; ; attempt++) {
      const before = await fileSize(partial);
      try {
        await append(partial, { url, size, onProgress, signal, stallSeconds });
        break;
      } catch (error) {
        if (!(error instanceof DownloadError) || error.reason !== "network" || signal?.aborted) throw error;
        if ((await fileSize(partial)) > before) attempt = 1;
        else if (attempt === ATTEMPTS) throw error;
        await sleep(125 * 2 ** attempt, undefined, { signal });
      }
    }
    if (!(await isIntact(partial, { size, sha256 }))) {
      const found = await fileSize(partial);
      await rm(partial, { force: true });
      // Another process was first, and moved the file that both were writing.
      if (await isIntact(path, { size, sha256 })) return path;
      const bytes =
        size === undefined || size === found ? `SHA-256 is not ${sha256}` : `${found} bytes instead of ${size}`;
      throw new DownloadError(
        "content",
        `${shown} is corrupted (${bytes}); what arrived was removed. Try again; if it happens twice, the file there has changed or something on the way rewrites it.`,
      );
    }
    await rename(partial, path).catch(async (error: unknown) => {
      if (!(await isIntact(path, { size, sha256 }))) throw error;
    });
    return path;
  } catch (error) {
    throw explain(error, { shown, path, signal });
  }
}

/** Whether the file exists with this size and SHA-256. */
export async function isIntact(path: string, expected: { size?: number; sha256: string }): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || (expected.size !== undefined && found.size !== expected.size)) return false;
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  return hash.digest("hex") === expected.sha256.toLowerCase();
}

/**
 * Requests an address by https (http only for this machine), sending `user:password@` as a header, since `fetch` refuses it in
 * an address.
 *
 * @throws {@link DownloadError} for other protocols, no answer, or a status other than 200, 206 and 416
 */
export async function request(url: string, init: { headers?: Record<string, string>; signal?: AbortSignal } = {}) {
  const target = new URL(url);
  requireSafe(target);
  const headers = { ...init.headers };
  if (target.username) {
    const credentials = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
    target.username = target.password = "";
  }
  let response: Response;
  try {
    response = await fetch(target, { headers, signal: init.signal });
  } catch (error) {
    throw unreachable(target.href, error);
  }
  requireSafe(new URL(response.url));
  if (![200, 206, 416].includes(response.status)) {
    await response.body?.cancel();
    const kind = response.status >= 500 || response.status === 429 ? "network" : "status";
    throw new DownloadError(
      kind,
      `${target.href} answered ${response.status} ${response.statusText}.`.replace(" .", "."),
    );
  }
  return response;
}

/** The address without `user:password@`, fit to be shown. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z+.-]+:\/\/)[^/@]*@/i, "$1");
}

type Append = Pick<DownloadOptions, "url" | "size" | "onProgress" | "signal"> & { stallSeconds: number };

/** Writes what the partial file lacks. Never truncates: another process may be writing the same bytes. */
async function append(partial: string, { url, size, onProgress, signal, stallSeconds }: Append): Promise<void> {
  let position = await fileSize(partial);
  if (size !== undefined && position > size) {
    await rm(partial, { force: true });
    position = 0;
  }
  if (size !== undefined && position === size) return;
  const stall = new AbortController();
  const source = await openSource(url, position, signal ? AbortSignal.any([signal, stall.signal]) : stall.signal);
  if (!source) return;
  position = source.start;
  const total = size ?? source.total;
  const file = await open(partial, constants.O_RDWR | constants.O_CREAT);
  const watchdog = setTimeout(() => stall.abort(), stallSeconds * 1000);
  try {
    onProgress?.({ received: position, total });
    for await (const chunk of source.body) {
      watchdog.refresh();
      await file.write(chunk as Buffer, 0, (chunk as Buffer).length, position);
      position += (chunk as Buffer).length;
      onProgress?.({ received: position, total });
    }
  } catch (error) {
    if (isDiskError(error) || signal?.aborted) throw error;
    if (stall.signal.aborted) {
      throw new DownloadError("network", `${withoutCredentials(url)} sent nothing for ${stallSeconds} s.`, {
        cause: error,
      });
    }
    throw unreachable(withoutCredentials(url), error);
  } finally {
    clearTimeout(watchdog);
    await file.close();
  }
  if (total !== undefined && position < total) {
    throw new DownloadError("network", `${withoutCredentials(url)} broke off after ${position} of ${total} bytes.`);
  }
}

interface Source {
  body: AsyncIterable<unknown>;
  start: number;
  total?: number;
}

/** Opens the address at a byte offset; undefined when the server says that nothing comes after it. */
async function openSource(url: string, offset: number, signal: AbortSignal): Promise<Source | undefined> {
  if (url.startsWith("file:")) {
    const path = fileURLToPath(url);
    const total = (await stat(path)).size;
    return { body: createReadStream(path, { start: offset, signal }), start: offset, total };
  }
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (offset > 0) headers.range = `bytes=${offset}-`;
  const response = await request(url, { headers, signal });
  if (response.status === 416) {
    await response.body?.cancel();
    return undefined;
  }
  const start = response.status === 206 ? offset : 0;
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  return {
    body: response.body ? Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]) : Readable.from([]),
    start,
    total: Number.isFinite(length) && !response.headers.get("content-encoding") ? start + length : undefined,
  };
}

function requireSafe(url: URL): void {
  if (url.protocol === "https:" || (url.protocol === "http:" && LOCAL_HOSTS.has(url.hostname))) return;
  throw new DownloadError("status", `${withoutCredentials(url.href)} is refused: only https is used.`);
}

function unreachable(shown: string, error: unknown): DownloadError {
  if (error instanceof DownloadError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException)?.code ?? String((cause as Error)?.message ?? cause);
  const certificate = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code);
  const cure = certificate
    ? "If a proxy with its own certificate stands between, point NODE_EXTRA_CA_CERTS at that certificate."
    : "Check the network (behind a proxy: Node 24 and NODE_USE_ENV_PROXY=1) and run the same again: it goes on where it stopped.";
  return new DownloadError("network", `${shown} cannot be reached (${code}). ${cure}`, { cause: error });
}

function isDiskError(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EIO", "EACCES", "EPERM", "EROFS"].includes((error as NodeJS.ErrnoException)?.code ?? "");
}

function explain(error: unknown, context: { shown: string; path: string; signal?: AbortSignal }): unknown {
  if (context.signal?.aborted) {
    return new DownloadError(
      "aborted",
      `The download of ${context.shown} was stopped; the next one goes on from here.`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof DownloadError) return error;
  const code = (error as NodeJS.ErrnoException)?.code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new DownloadError(
      "disk",
      `The disk is full while writing ${context.path}. Make room and run the same again: it goes on where it stopped.`,
      { cause: error },
    );
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new DownloadError(
      "permission",
      `${dirname(context.path)} cannot be written (${code}). Allow it, or point DIFFREPAIRER_CACHE at a folder that you may write.`,
      { cause: error },
    );
  }
  return error;
}

async function fileSize(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
