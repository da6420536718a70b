import { readableBytes } from "./bytes.js";

/** The kernel's comm target of how the session is. */
export const STATUS_TARGET = "diffrepairer.status";

/** What the kernel tells. */
export interface StatusNews {
  readonly backend?: { readonly name: string; readonly device?: string };
  readonly memory: { readonly rss: number; readonly heap: number; readonly external: number };
  readonly tensors?: { readonly count: number; readonly bytes: number };
}

/** The item's text: language and version, backend, memory. */
export const statusText = ({ backend, memory }: StatusNews, language: string): string =>
  [language, backend && [backend.name, backend.device].filter(Boolean).join(" "), readableBytes(memory.rss)]
    .filter(Boolean)
    .join(" · ");

/** The same in full. */
export const statusDetail = ({ backend, memory, tensors }: StatusNews, language: string): string =>
  [
    `Kernel's language: ${language}`,
    backend
      ? `Computes with ${backend.name}${backend.device ? ` on the ${backend.device}` : ""}`
      : "No backend is loaded yet",
    `Memory of the session: ${readableBytes(memory.rss)}, of it JavaScript ${readableBytes(memory.heap)}, buffers ${readableBytes(memory.external)}`,
    ...(tensors ? [`Tensors: ${tensors.count}, ${readableBytes(tensors.bytes)}`] : []),
  ].join("\n");
