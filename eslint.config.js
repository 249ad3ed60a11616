import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "build*/",
      "dist/",
      "coverage/",
      "node_modules/",
      "test/fixtures/",
      "engine/filter/sql92-parser.ts",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      // numbers, bigints and booleans in texts are what texts here are made of
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      // a service's methods are async by contract, whether they wait or not
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/no-generated-empty-object-type": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // protocol tables are records by string: absent members are looked up and checked
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: true },
      ],
      "no-console": "error",
      eqeqeq: "error",
      "max-params": ["error", 5],
      "no-restricted-syntax": [
        "error",
        { selector: "TSEnumDeclaration", message: "erasable syntax only: use a const object" },
      ],
    },
  },
  {
    files: ["src/**", "commands/**", "engine/**"],
    // where the process is met: its entry, its signals, its version in a defect's report, its children
    ignores: [
      "src/main.ts",
      "engine/client/client-id.ts",
      "src/cli/signals.ts",
      "src/cli/report.ts",
      "src/daemon/**",
    ],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "process", message: "take it from the context or an option" },
      ],
    },
  },
  {
    files: ["test/**"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/unbound-method": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "no-restricted-globals": "off",
    },
  },
  {
    files: ["scripts/**", ".ci/**", "*.config.js"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "Buffer",
          "URL",
          "clearInterval",
          "clearTimeout",
          "console",
          "fetch",
          "process",
          "setInterval",
          "setTimeout",
        ].map((name) => [name, "readonly"]),
      ),
    },
    rules: { "no-console": "off" },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: {
        require: "readonly",
        module: "writable",
        exports: "writable",
        process: "readonly",
      },
    },
  },
);
