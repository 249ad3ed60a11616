/** The mark of a store that was not stopped cleanly. Upstream: DefaultMessageStore.createTempFile, abort file. [S-CHECK-2] */
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

  create(pid: number): void {
    this.files.writeText(this.path, String(pid));
  }

  remove(): void {
    this.files.remove(this.path);
  }
}
