import { open } from "node:fs/promises";

/**
 * h5wasm writes no enumerations, and HDF5's convention for booleans is one: int8 with members FALSE and TRUE. So a boolean dataset is
 * written as a compound of one int8 with this name, and {@link patchBooleans} puts the enumeration's description, which is
 * shorter and describes the same bytes, in place of the compound's.
 */
export const BOOLEAN_MEMBER = "diffrepairer_bool";

// Datatype messages of the HDF5 file format specification, version 1 (IV.A.2.d): class and version, bit field, size, properties.
const INT8 = [0x10, 0x08, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0];
const COMPOUND = Buffer.from([0x16, 1, 0, 0, 1, 0, 0, 0, ...Buffer.from(`${BOOLEAN_MEMBER}\0`)]);
const ENUMERATION = Buffer.from([0x18, 2, 0, 0, 1, 0, 0, 0, ...INT8, ...Buffer.from("FALSE\0\0\0TRUE\0\0\0\0"), 0, 1]);
/** The compound's message: its name padded to 8, offset and dimensions, the member's type. */
const COMPOUND_LENGTH = 8 + 24 + 4 + 28 + 12;

const WINDOW = 1 << 22;

/** Turns the marked compounds of a closed HDF5 file into booleans. */
export async function patchBooleans(path: string): Promise<void> {
  const message = Buffer.alloc(COMPOUND_LENGTH);
  ENUMERATION.copy(message);
  const file = await open(path, "r+");
  try {
    const window = Buffer.alloc(WINDOW);
    for (let start = 0; ; start += WINDOW - COMPOUND.length) {
      const { bytesRead } = await file.read(window, 0, WINDOW, start);
      const part = window.subarray(0, bytesRead);
      for (let at = part.indexOf(COMPOUND); at >= 0; at = part.indexOf(COMPOUND, at + 1)) {
        await file.write(message, 0, message.length, start + at);
      }
      if (bytesRead < WINDOW) return;
    }
  } finally {
    await file.close();
  }
}
