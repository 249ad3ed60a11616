/** Where compiled tests are: `npm run build` writes build/; another folder can be named while developing. */
const build = process.env.BUILD_DIR ?? "build";

export default {
  files: ["test/**/*.test.ts"],
  typescript: {
    rewritePaths: Object.fromEntries(
      ["test/", "engine/", "src/", "commands/", "bin/"].map((from) => [from, `${build}/${from}`]),
    ),
    compile: false,
  },
  timeout: "2m",
  workerThreads: false,
};
