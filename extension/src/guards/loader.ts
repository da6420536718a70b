import type { Loader } from "vega";

/** A picture that lies in its address itself. SVG is left out: it can hold scripts and addresses. */
export const INLINE_PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$/;

const refuse = (what: string) => (): Promise<never> =>
  Promise.reject(new Error(`a chart may not load ${what}; put the data into the spec (data.values)`));

/** Loads nothing: a spec in a notebook must not make the reader's browser tell anyone that it is read. */
export const guardedLoader = (): Loader => ({
  load: (address) => refuse(`data from ${address}`)(),
  http: (address) => refuse(`data from ${address}`)(),
  file: (path) => refuse(`the file ${path}`)(),
  /** Links open pages of the web, in a page of their own that cannot reach this one; pictures must lie in the spec. */
  sanitize: async (address, { context }) => {
    if (context === "href" && /^https?:\/\//i.test(address)) {
      return { href: address, target: "_blank", rel: "noopener noreferrer" };
    }
    if (context === "image" && INLINE_PICTURE.test(address)) return { href: address };
    throw new Error(`a chart may not use the address ${address.slice(0, 80)}`);
  },
});
