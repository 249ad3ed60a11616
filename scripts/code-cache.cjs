// node scripts/code-cache.cjs PROGRAM ARGS: runs a bundled program and keeps V8's code of it beside it.
"use strict";
const { readFileSync, writeFileSync } = require("fs");
const { dirname } = require("path");
const { Script, constants } = require("vm");

/** What stands around a CommonJS program; the loader has to put the same around it, else the code does not fit. */
const WRAPPER = ["(function (exports, require, module, __filename, __dirname) { ", "\n})"];
module.exports = { WRAPPER };

if (require.main === module) {
  const filename = process.argv[2];
  process.argv.splice(1, 2, filename);
  const script = new Script(WRAPPER.join(readFileSync(filename, "latin1")), {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  process.on("exit", () =>
    writeFileSync(
      `${filename}.${process.versions.v8.split("-")[0]}.cache`,
      script.createCachedData(),
    ),
  );
  script.runInThisContext()(exports, require, module, filename, dirname(filename));
}
