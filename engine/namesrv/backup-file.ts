/** Small text files that are replaced whole. Upstream: MixAll.string2File. */
import { dirname } from "node:path";
import type { Files } from "../base/files.js";

/** Replaces a small text file so that a reader finds either version whole; the one before stays as `.bak`. */
export function writeWithBackup(files: Files, path: string, content: string): void {
  files.makeDirectory(dirname(path));
  const before = files.readText(path);
  if (before !== undefined) replace(files, `${path}.bak`, before);
  replace(files, path, content);
  files.syncDirectory(dirname(path));
}

function replace(files: Files, path: string, content: string): void {
  const temporary = `${path}.tmp`;
  files.writeText(temporary, content);
  const fd = files.open(temporary, "r+");
  try {
    files.syncNow(fd);
  } finally {
    files.close(fd);
  }
  files.rename(temporary, path);
}
