/** The Jupyter kernel's public functions: registering it, and drawing what it draws. */
export { installKernelSpec, kernelSpecs, removeKernelSpec, type InstalledSpec } from "./kernelspec/install.js";
export { buildStartupSnapshot } from "./front/startup-snapshot.js";
export { KERNEL_NAME, type SpecLocation } from "./kernelspec/locations.js";
export { renderVegaLite, type Drawing } from "./display/vega.js";
