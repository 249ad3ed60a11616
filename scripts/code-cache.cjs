// node scripts/code-cache.cjs PROGRAM ARGS: runs a bundled program and keeps V8's code of it beside it.
"use strict";
const Module = require("module");
const { readFileSync, writeFileSync } = require("fs");
const { dirname } = require("path");
const { Script, constants } = require("vm");

const filename = process.argv[2];
process.argv.splice(1, 2, filename);
const script = new Script(Module.wrap(readFileSync(filename, "latin1")), {
  filename,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
process.on("exit", () => writeFileSync(`${filename}.cache`, script.createCachedData()));
script.runInThisContext()(exports, require, module, filename, dirname(filename));
