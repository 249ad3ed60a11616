/** The mark of a store that was not stopped cleanly. Upstream: DefaultMessageStore.createTempFile, abort file. [S-CHECK-2] */
import { dirname } from "node:path";
import type { Files } from "../base/files.js";

const UNSYNCED = /^not synced from (\d{1,15})$/m;

export class AbortFile {
  private readonly files: Files;
  private readonly path: string;

  constructor(files: Files, rootDir: string) {
    this.files = files;
    this.path = `${rootDir}/abort`;
  }

  get exists(): boolean {
    return this.files.exists(this.path);
  }

  /** Where syncing the commit log failed in the life that left the file; undefined when it did not. */
  get unsyncedFrom(): number | undefined {
    const match = UNSYNCED.exec(this.files.readText(this.path) ?? "");
    return match === null ? undefined : Number(match[1]);
  }

  /** Known to the disk when this returns: without it a power cut would look like a clean stop. */
  create(pid: number, unsyncedFrom?: number): void {
    const note = unsyncedFrom === undefined ? "" : `\nnot synced from ${unsyncedFrom}`;
    this.files.writeText(this.path, `${pid}${note}`);
    this.files.syncDirectory(dirname(this.path));
  }

  remove(): void {
    this.files.remove(this.path);
  }
}
