import { defineConfig, globalIgnores } from "eslint/config";
import prettier from "eslint-config-prettier";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** What each folder may not import: the arrows of docs/architecture.md. */
const arrows = [
  { target: "./src/lib", from: ["./kernel", "./figures", "./src/cli", "./benchmarks", "./tests"] },
  { target: "./kernel", from: ["./src", "./figures", "./benchmarks", "./tests"] },
  { target: "./figures", from: "./kernel", except: ["./display"] },
  { target: "./figures", from: ["./src/cli", "./benchmarks", "./tests"] },
  { target: "./src/cli", from: ["./benchmarks", "./tests"] },
  { target: "./benchmarks", from: ["./tests"] },
  { target: "./src/lib/anndata", from: "./src/lib", except: ["./anndata"] },
  {
    target: ["./src/lib/io", "./src/lib/stats", "./src/lib/metrics"],
    from: [
      "./src/lib/pp",
      "./src/lib/tl",
      "./src/lib/degrade",
      "./src/lib/engine",
      "./src/lib/repair",
      "./src/lib/datasets",
    ],
  },
  {
    target: ["./src/lib/pp", "./src/lib/tl", "./src/lib/degrade"],
    from: ["./src/lib/repair", "./src/lib/engine"],
  },
  {
    target: "./src/lib/engine",
    from: [
      "./src/lib/anndata",
      "./src/lib/io",
      "./src/lib/pp",
      "./src/lib/tl",
      "./src/lib/degrade",
      "./src/lib/repair",
    ],
  },
  {
    target: ["./src/lib/datasets", "./src/lib/pp", "./src/lib/tl", "./src/lib/degrade", "./src/lib/repair"],
    from: "./src/lib/validate",
  },
];

export default defineConfig(
  globalIgnores(["dist/", "results/", ".venv/", ".setup/", "node_modules/", "extension/"]),
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommended],
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [
        createNodeResolver({ extensions: [".ts", ".js"], extensionAlias: { ".js": [".ts", ".js"] } }),
      ],
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones: arrows }],
      "import-x/no-default-export": "error",
      "import-x/no-cycle": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Draw from stats/random.ts: every result has a seed." },
      ],
    },
  },
  {
    files: ["figures/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["../src/lib/*", "diffrepairer"],
              allowTypeImports: true,
              message: "figures know only types of the library.",
            },
          ],
        },
      ],
    },
  },
  { files: ["**/*.config.ts"], rules: { "import-x/no-default-export": "off" } },
  { files: ["scripts/**/*.js", "*.config.js"], extends: [tseslint.configs.base] },
  prettier,
);
