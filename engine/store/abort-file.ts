/** The mark of a store that was not stopped cleanly. Upstream: DefaultMessageStore.createTempFile, abort file. [S-CHECK-2] */
import { dirname } from "node:path";
import type { Files } from "../base/files.js";

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

  /** Known to the disk when this returns: without it a power cut would look like a clean stop. */
  create(pid: number): void {
    this.files.writeText(this.path, String(pid));
    this.files.syncDirectory(dirname(this.path));
  }

  remove(): void {
    this.files.remove(this.path);
  }
}
