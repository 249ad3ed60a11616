import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Compat } from "../cli/compat.js";
import type { ClientReport } from "./group-status.js";
import { runningReport } from "./running-report.js";

/**
 * Writes the report of a client where upstream's tool does, in a folder below the current one that is called after the
 * time; the path.
 */
export async function saveReport(
  { clientId, info }: ClientReport,
  { now, compat }: { now: number; compat: Compat },
): Promise<string> {
  // ids come from the wire: none may lead out of the folder
  const name = /^\.*$/.test(clientId) ? "_" : clientId.replace(/[/\\\0]/g, "_");
  const path = `${now}/${name}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, runningReport(info, compat));
  return path;
}
