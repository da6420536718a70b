/** Bytes of a text of characters up to 255. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A file of a type from base64. */
export const blobOf = (base64: string, type: string): Blob => new Blob([bytesOf(atob(base64))], { type });

/** A file as base64. */
export const base64Of = async (file: Blob): Promise<string> => {
  let binary = "";
  for (const byte of new Uint8Array(await file.arrayBuffer())) binary += String.fromCharCode(byte);
  return btoa(binary);
};
