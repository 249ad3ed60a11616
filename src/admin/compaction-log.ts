import { type FileHandle, open } from "node:fs/promises";
import { CorruptError, RocketmqError } from "../../engine/base/errors.js";
import { decodeRecord } from "../../engine/message/decode.js";
import type { Message } from "./messages.js";

const WINDOW = 1 << 20;
/** Larger than any record that a broker stores: a length beyond it is a broken one. */
const MOST_BYTES = 128 << 20;

/** The records of a file in which a broker keeps a compacted topic, from its beginning to where it is not filled yet. */
export async function* compactionRecords(path: string): AsyncGenerator<Message> {
  const file = await opened(path);
  try {
    const { size } = await file.stat();
    let window: Buffer = Buffer.alloc(0);
    let windowAt = 0;
    const bytes = async (at: number, length: number): Promise<Buffer> => {
      if (at < windowAt || at + length > windowAt + window.length) {
        window = await read(file, at, Math.min(size - at, Math.max(WINDOW, length)));
        windowAt = at;
      }
      return window.subarray(at - windowAt, at - windowAt + length);
    };
    for (let at = 0; at + 4 <= size;) {
      const length = (await bytes(at, 4)).readInt32BE();
      if (length === 0) return;
      if (length < 0 || length > MOST_BYTES || at + length > size) {
        throw new CorruptError(`the record at byte ${at} of ${path} leads out of the file`);
      }
      yield recordAt(await bytes(at, length), { at, path });
      at += length;
    }
  } finally {
    await file.close();
  }
}

function recordAt(bytes: Buffer, where: { at: number; path: string }): Message {
  try {
    return decodeRecord(bytes);
  } catch (cause) {
    throw new CorruptError(`the record at byte ${where.at} of ${where.path} does not decode`, {
      cause,
    });
  }
}

async function opened(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw code === "ENOENT"
      ? new RocketmqError(`file ${path} not exist.`, { kind: "not-found" })
      : new RocketmqError(`file ${path} cannot be read: ${(cause as Error).message}`, {
          kind: code === "EACCES" || code === "EPERM" ? "denied" : "failed",
          cause,
        });
  }
  if (!(await file.stat()).isDirectory()) return file;
  await file.close();
  throw new RocketmqError(`file ${path} is a directory.`, { kind: "usage" });
}

async function read(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
