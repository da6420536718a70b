/** The Jupyter kernel's public functions: registering it, and drawing what it draws. */
export { buildStartupSnapshot } from "./front/startup-snapshot.js";
export { installKernelSpec, removeKernelSpec, type SpecOptions } from "./kernelspec/install.js";
export { kernelSpecs, type InstalledSpec } from "./kernelspec/installed.js";
export { KERNEL_NAME, type SpecLocation } from "./kernelspec/locations.js";
export { tryKernel, type Trial } from "./kernelspec/trial.js";
export { renderVegaLite, type Drawing } from "./display/vega.js";
