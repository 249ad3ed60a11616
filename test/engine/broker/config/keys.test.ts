import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { configKeys } from "../../../../engine/broker/config/keys.js";

/** All code of the engine but the key table itself. */
function engineCode(): string {
  return readdirSync("engine", { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/broker[\\/]config[\\/]keys/.test(path))
    .map((path) => readFileSync(join("engine", path), "utf8"))
    .join("\n");
}

test("a key that is said to take effect is read somewhere", (t) => {
  const words = new Set(engineCode().match(/\w+/g));
  const silent = Object.entries(configKeys)
    .filter(([name, { applies }]) => applies !== "inert" && !words.has(name))
    .map(([name]) => name);
  t.deepEqual(silent, [], 'read these keys, or say "inert" in their rows');
});
