import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

const reassuring = {
  "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
  "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
};

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "**/out/**",
      "node_modules/**",
      "**/*.generated.ts",
      "bench/node_modules/**",
      "test/golden/**/expected/**",
    ],
  },
  eslint.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ["src/**/*.ts"],
    rules: {
      ...reassuring,
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "TSEnumDeclaration", message: "Use a union of string literals." },
        { selector: "ExportDefaultDeclaration", message: "Name every export." },
        {
          selector: "TSAsExpression > TSAsExpression[typeAnnotation.type='TSUnknownKeyword']",
          message: "A cast through unknown hides a wrong type: narrow it, or change the type.",
        },
      ],
      "no-restricted-globals": ["error", "Buffer", "process", "__dirname", "require"],
    },
  },
  { files: ["src/cli/**/*.ts"], rules: { "no-restricted-globals": "off" } },
  {
    files: ["**/*.mjs", "**/*.cjs", "**/*.js"],
    languageOptions: {
      globals: {
        console: "readonly",
        process: "readonly",
        URL: "readonly",
        performance: "readonly",
        Buffer: "readonly",
        WebAssembly: "readonly",
        module: "readonly",
      },
    },
  },
);
