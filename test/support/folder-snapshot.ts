import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every name below a folder with its kind, size, time of change and bytes: equal when nothing was touched. */
export function folderSnapshot(folder: string): string[] {
  return ["", ...(readdirSync(folder, { recursive: true }) as string[])].sort().map((name) => {
    const path = join(folder, name);
    const stat = lstatSync(path, { bigint: true });
    const what = stat.isFile()
      ? createHash("sha256").update(readFileSync(path)).digest("hex")
      : "folder";
    return `${name} ${String(stat.ino)} ${String(stat.size)} ${String(stat.mtimeNs)} ${String(stat.mode)} ${what}`;
  });
}
