export { FileError, type Notice } from "./file-error.js";
export { makeUnique, read10xMtx, type Read10xMtxOptions } from "./read-10x-mtx.js";
export { readH5ad, type ReadH5adOptions } from "./read-h5ad.js";
export { writeH5ad } from "./write-h5ad.js";
