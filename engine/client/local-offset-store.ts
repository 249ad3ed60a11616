/** Offsets of a broadcasting consumer, kept in a file of this machine. Upstream: LocalFileOffsetStore. */
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf } from "../base/errors.js";
import type { Files } from "../base/files.js";
import type { Logger } from "../base/log.js";
import { resetOffsetBody } from "../protocol/bodies/reset-offset-body.js";
import { type MessageQueue, queueKey } from "./message-queue.js";
import { OffsetMemory, type OffsetStore } from "./offset-store.js";

export interface LocalOffsetOptions {
  files: Files;
  logger: Logger;
  clientId: string;
  group: string;
  /** Default `~/.rocketmq_offsets`, where upstream keeps them. */
  folder?: string | undefined;
}

export class LocalOffsetStore extends OffsetMemory implements OffsetStore {
  private readonly options: LocalOffsetOptions;
  private readonly path: string;
  private readonly all = new Map<string, { queue: MessageQueue; value: number }>();
  private loaded = false;

  constructor(options: LocalOffsetOptions) {
    super();
    this.options = options;
    const folder = options.folder ?? join(homedir(), ".rocketmq_offsets");
    this.path = join(folder, options.clientId, options.group, "offsets.json");
  }

  stored(queue: MessageQueue): Promise<number | undefined> {
    this.load();
    return Promise.resolve(this.all.get(queueKey(queue))?.value);
  }

  persist(queues: readonly MessageQueue[]): Promise<void> {
    this.load();
    let changed = false;
    for (const queue of queues) {
      const value = this.known(queue);
      if (value === undefined || this.all.get(queueKey(queue))?.value === value) continue;
      this.all.set(queueKey(queue), { queue, value });
      changed = true;
    }
    if (changed) this.save();
    return Promise.resolve();
  }

  private load(): void {
    if (this.loaded) return;
    this.loaded = true;
    const { files, logger } = this.options;
    for (const path of [this.path, `${this.path}.bak`]) {
      const text = files.readText(path);
      if (text === undefined) continue;
      try {
        // OffsetSerializeWrapper has the same shape as ResetOffsetBody
        for (const entry of resetOffsetBody.decode(Buffer.from(text)).offsetTable) {
          this.all.set(queueKey(entry.queue), entry);
        }
        return;
      } catch (error) {
        logger.warn("offsets not readable", { path, error: messageOf(error) });
      }
    }
  }

  private save(): void {
    const { files, logger } = this.options;
    try {
      files.makeDirectory(dirname(this.path));
      const text = resetOffsetBody.encode({ offsetTable: [...this.all.values()] }).toString("utf8");
      files.writeText(`${this.path}.tmp`, text);
      if (files.exists(this.path)) files.rename(this.path, `${this.path}.bak`);
      files.rename(`${this.path}.tmp`, this.path);
    } catch (error) {
      logger.error("offsets not written", { path: this.path, error: messageOf(error) });
    }
  }
}
