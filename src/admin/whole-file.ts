import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, RocketmqError } from "../../engine/base/errors.js";

/**
 * Writes a file whole or not at all: beside its place first, then synced and renamed. Folders that are missing are
 * made; a file of the name is replaced.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(beside, "w");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new RocketmqError(`${path} cannot be written: ${messageOf(cause)}`, {
      kind: "failed",
      cause,
    });
  }
}
