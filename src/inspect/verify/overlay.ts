import { existsSync, openSync, readSync } from "node:fs";
import type { Row } from "./stock.js";

interface Patch {
  at: number;
  bytes: Buffer;
}

/** Changes to files that are not made yet, seen by readers as if they were. */
export class Overlay {
  private readonly patches = new Map<string, Patch[]>();
  private readonly sizes = new Map<string, number>();

  patch(path: string, at: number, bytes: Buffer): void {
    const list = this.patches.get(path);
    if (list === undefined) this.patches.set(path, [{ at, bytes }]);
    else list.push({ at, bytes });
  }

  /** The file has this size: what is not on the disk is zeros. */
  resize(path: string, size: number): void {
    this.sizes.set(path, size);
  }

  /** Gives a row its new files and sizes. */
  addTo(row: Row): void {
    for (const [path, size] of this.sizes) {
      const known = row.files.find((file) => file.path === path);
      if (known !== undefined) known.size = size;
      else if (path.startsWith(`${row.folder}/`)) {
        row.files.push({ path, start: Number(path.slice(-20)), size });
      }
    }
    row.files.sort((a, b) => a.start - b.start);
  }

  /** Puts the changes over `length` bytes that were read from `position`; returns how many there are then. */
  cover(
    path: string,
    into: Buffer,
    about: { length: number; position: number; came: number },
  ): number {
    const { length, position, came } = about;
    const size = this.sizes.get(path);
    let there = came;
    if (size !== undefined) {
      there = Math.max(0, Math.min(length, size - position));
      if (there > came) into.fill(0, came, there);
    }
    for (const { at, bytes } of this.patches.get(path) ?? []) {
      const from = Math.max(at, position);
      const to = Math.min(at + bytes.length, position + there);
      if (from < to) bytes.copy(into, from - position, from - at, to - at);
    }
    return there;
  }
}

/** Opens a file to read; -1 for one that is only in the overlay. */
export function openUnder(overlay: Overlay | undefined, path: string): number {
  return overlay !== undefined && !existsSync(path) ? -1 : openSync(path, "r");
}

/** Reads `length` bytes from `position` to the start of `into`; fewer at the end of the file. */
export function readUnder(
  overlay: Overlay | undefined,
  want: { fd: number; path: string; into: Buffer; length: number; position: number },
): number {
  const { fd, path, into, length, position } = want;
  let came = 0;
  while (fd >= 0 && came < length) {
    const count = readSync(fd, into, came, length - came, position + came);
    if (count === 0) break;
    came += count;
  }
  return overlay === undefined ? came : overlay.cover(path, into, { length, position, came });
}
