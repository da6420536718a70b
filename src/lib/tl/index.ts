export { diffmap, type DiffmapOptions, diffusionMap } from "./diffmap.js";
export { diffusionPseudotime, dpt, type DptOptions } from "./dpt.js";
export { connectedComponents } from "./graph-components.js";
export { leiden, type LeidenOptions, leidenPartition } from "./leiden.js";
export { spectralLayout } from "./spectral-layout.js";
export { umap, type UmapOptions } from "./umap.js";
export { umapCurve } from "./umap-curve.js";
export { optimizeLayout, type UmapLayoutOptions } from "./umap-layout.js";
