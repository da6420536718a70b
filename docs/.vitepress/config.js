import { defineConfig } from "vitepress";
import { copyLinkedFiles, linkFilesOfCheckout } from "./linked-files.js";

// Files that are linked to as they are; VitePress takes other endings for pages.
process.env.VITE_EXTRA_EXTENSIONS = "ipynb,cff,py,smk";

/** GitHub's, so that an anchor is the same there and here. */
const slugify = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\s-]/gu, "")
    .replace(/\s/g, "-");

const guides = [
  ["Repair your own sample", "/guides/repair-your-own"],
  ["Train on your tissue", "/guides/train-on-your-tissue"],
  ["Many runs, clusters", "/cluster"],
  ["With scanpy", "/guides/scanpy"],
  ["The notebooks", "/guides/notebooks"],
  ["Teach with it", "/guides/teach"],
  ["Give the course", "/guides/course"],
];
const namespaces = ["io", "pp", "tl", "degrade", "repair", "metrics", "stats", "datasets", "engine", "validate"];
const api = [
  ["Overview", "/reference"],
  ["AnnData and matrices", "/api/src/lib/README"],
  ...namespaces.map((name) => [name, `/api/src/lib/namespaces/${name}`]),
  ["figures", "/api/figures"],
  ["kernel", "/api/kernel"],
];
const reference = [
  ["Repair methods", "/repair"],
  ["Models on disk", "/models/README"],
  ["Kernel", "/kernel"],
  ["Comms and subshells", "/comms-and-subshells"],
  ["JupyterLab extension", "/extension"],
  ["Error messages", "/api/errors"],
];
const science = [
  ["Concepts", "/concepts"],
  ["Protocol", "/protocol"],
  ["What was measured", "/results"],
  ["Comparison", "/comparison"],
  ["How to cite", "/cite"],
];
const project = [
  ["Install", "/install"],
  ["Troubleshooting", "/troubleshooting"],
  ["Architecture", "/architecture"],
  ["Contributing", "/contributing"],
  ["Release checklist", "/release"],
  ["Security", "/security"],
  ["Changes", "/changes"],
];
const items = (pages) => pages.map(([text, link]) => ({ text, link }));

export default defineConfig({
  title: "diffrepairer",
  description: "Repair degraded RNA-seq profiles, in TypeScript",
  outDir: "../dist/site",
  srcExclude: ["node_modules/**"],
  head: [
    [
      "style",
      {},
      ".vp-doc :not(pre) > code, .vp-doc li { overflow-wrap: anywhere; } .vp-doc pre { overflow-x: auto; }",
    ],
  ],
  // The path under which a web server shows the folder.
  base: process.env.DOCS_BASE ?? "/",
  ignoreDeadLinks: [/\/files\//],
  markdown: { anchor: { slugify }, config: linkFilesOfCheckout },
  buildEnd: ({ outDir }) => copyLinkedFiles(outDir),
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Start", link: "/start" },
      { text: "Guides", items: items(guides) },
      { text: "API", link: "/reference" },
    ],
    sidebar: [
      { text: "Start", items: items([["Five minutes", "/start"], ...project.slice(0, 2)]) },
      { text: "Guides", items: items(guides) },
      { text: "Science", items: items(science) },
      { text: "API", collapsed: true, items: items(api) },
      { text: "Manuals", items: items(reference) },
      { text: "Project", items: items(project.slice(2)) },
    ],
  },
});
