/** Small text files that are replaced whole. Upstream: MixAll.string2File. */
import { dirname } from "node:path";
import { type Files, replaceText } from "../base/files.js";

/** Replaces a small text file so that a reader finds either version whole; the one before stays as `.bak`. */
export function writeWithBackup(files: Files, path: string, content: string): void {
  files.makeDirectory(dirname(path));
  const before = files.readText(path);
  if (before !== undefined) replaceText(files, `${path}.bak`, before);
  replaceText(files, path, content);
}
