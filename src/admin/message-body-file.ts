import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Message } from "../../engine/message/message.js";

/** Where upstream's tool leaves the body of a message that was looked up: a folder below the system's temporary one. */
export function bodyPath(message: Message, copy = 0): string {
  // Ids come from the wire: nothing but letters and digits may become part of a path.
  const id = message.messageId.replace(/[^\w-]/g, "_");
  return join(tmpdir(), "rocketmq", "msgbodys", copy === 0 ? id : `${id}_${copy}`);
}

/** Writes a body beside the others and says where. */
export async function saveBody(message: Message, copy = 0): Promise<string> {
  const path = bodyPath(message, copy);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, message.body);
  return path;
}
