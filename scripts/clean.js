// Removes what is built: build folders, bundles, coverage.
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
for (const entry of readdirSync(root, { withFileTypes: true })) {
  const isBuilt = /^build(-.+)?$|^dist$|^coverage$/.test(entry.name);
  if (entry.isDirectory() && isBuilt) rmSync(join(root, entry.name), { recursive: true });
}
