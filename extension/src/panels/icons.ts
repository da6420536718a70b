import { LabIcon } from "@jupyterlab/ui-components";

const icon = (name: string, path: string): LabIcon =>
  new LabIcon({
    name: `diffrepairer:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24"><path class="jp-icon3 jp-icon-selectable" fill="#616161" d="${path}"/></svg>`,
  });

/** Rows of names and values. */
export const variablesIcon = icon(
  "variables",
  "M3 4h18v16H3V4zm2 2v3h4V6H5zm6 0v3h8V6h-8zM5 11v2.5h4V11H5zm6 0v2.5h8V11h-8zM5 15.5V18h4v-2.5H5zm6 0V18h8v-2.5h-8z",
);

/** A chart in a frame. */
export const figuresIcon = icon(
  "figures",
  "M3 4h18v16H3V4zm2 2v12h14V6H5zm2 10v-4h2v4H7zm4 0V8h2v8h-2zm4 0v-6h2v6h-2z",
);

/** Bars, one of which is hollow, and a plus: what is missing is added. */
export const repairIcon = icon(
  "repair",
  "M3 12h4v8H3v-8zM9 6h4v14H9V6zm1.5 1.5v11h1v-11h-1zM15 14h4v6h-4v-6zM17 3h2v3h3v2h-3v3h-2V8h-3V6h3V3z",
);
