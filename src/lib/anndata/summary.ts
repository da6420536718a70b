import type { AnnData } from "./anndata.js";

/** The data's fields that hold something, with the names in them, in anndata's order. */
function fields(adata: AnnData): [string, string[]][] {
  const all: [string, string[]][] = [
    ["obs", adata.obs.columns],
    ["var", adata.var.columns],
    ["uns", Object.keys(adata.uns)],
    ["obsm", Object.keys(adata.obsm)],
    ["varm", Object.keys(adata.varm)],
    ["layers", Object.keys(adata.layers)],
    ["obsp", Object.keys(adata.obsp)],
    ["varp", Object.keys(adata.varp)],
  ];
  return all.filter(([, names]) => names.length > 0);
}

/** anndata's text summary. */
export function textSummary(adata: AnnData): string {
  const quoted = (names: string[]) => names.map((name) => `'${name}'`).join(", ");
  const lines = fields(adata).map(([field, names]) => `\n    ${field}: ${quoted(names)}`);
  return `AnnData object with n_obs × n_vars = ${adata.nObs} × ${adata.nVars}${lines.join("")}`;
}

/** The summary as an HTML table, with how X is stored. */
export function htmlSummary(adata: AnnData): string {
  const { X } = adata;
  const cells = Math.max(1, X.shape[0] * X.shape[1]);
  const stored = `${((100 * X.nnz) / cells).toFixed(1)} % stored`;
  const storage = { csr: `sparse by rows, ${stored}`, csc: `sparse by columns, ${stored}`, dense: "dense" }[X.kind];
  const names = (list: string[]) => list.map((name) => `<code>${escapeHtml(name)}</code>`).join(", ");
  const rows = fields(adata).map(
    ([field, list]) =>
      `<tr><th style="text-align:left">${field}</th><td style="text-align:left">${names(list)}</td></tr>`,
  );
  return [
    `<div><strong>AnnData</strong> ${adata.nObs.toLocaleString("en")} cells × `,
    `${adata.nVars.toLocaleString("en")} genes (X: float32, ${storage})`,
    `<table><tbody>${rows.join("")}</tbody></table></div>`,
  ].join("");
}

/** A text as HTML, also within an attribute's double quotes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}
