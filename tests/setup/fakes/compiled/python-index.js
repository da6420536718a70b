// FAKE_WHEEL: none (no network), "there", "unsigned" (no checksum stated), "unsized" (no sizes
// stated), "huge" (larger than any disk), else see download.js.
export async function pipIndexes() {
  return ["https://index.example/simple"];
}
export async function findWheel({ project, version, accepts }) {
  const names = ["win_amd64", "manylinux_2_27_x86_64", "manylinux_2_27_aarch64"];
  const stem = project.replaceAll("-", "_") + "-" + version;
  const filename = names.map((tag) => stem + "-" + tag + ".whl").find(accepts);
  const mode = process.env.FAKE_WHEEL;
  if (!mode) throw new Error("the index cannot be reached");
  const size = mode === "unsized" ? undefined : mode === "huge" ? 1e15 : 3e8;
  return { filename, url: "https://files.example/" + filename, size, sha256: mode === "unsigned" ? undefined : "00" };
}
