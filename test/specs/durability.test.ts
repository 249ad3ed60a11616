/** What the disk is told, and when the sender is, as durability.json lists it. */
import { readFileSync } from "node:fs";
import test from "ava";
import { ManualClock } from "../../engine/base/clock.js";
import { replaceText } from "../../engine/base/files.js";
import { silentLogger } from "../../engine/base/log.js";
import { JsonConfigFile } from "../../engine/broker/json-config-file.js";
import { createMessageStore } from "../../engine/store/message-store.js";
import type { MessageStore } from "../../engine/store/store-api.js";
import { message, put, smallConfig } from "../engine/store/open-store.js";
import { MemoryDisk } from "../support/memory-disk.js";

interface Order {
  name: string;
  flush: "SYNC_FLUSH" | "ASYNC_FLUSH";
  do: string;
  events: string[];
}

const { orders } = JSON.parse(
  readFileSync(new URL("../../../test/specs/durability.json", import.meta.url), "utf8"),
) as { orders: Order[] };

let stages = 0;

class Stage {
  readonly root = `/data/${stages++}/store`;
  readonly disk = new MemoryDisk();
  readonly clock = new ManualClock(Date.now());
  readonly store: MessageStore;
  private config: JsonConfigFile | undefined;

  constructor(flushDiskType: Order["flush"]) {
    const config = smallConfig(this.root, { flushDiskType });
    const { clock, disk } = this;
    this.store = createMessageStore({ config, clock, files: disk.files });
  }

  async put(size = 20): Promise<void> {
    const { status } = await put(this.store, message({ body: Buffer.alloc(size), keys: "k" }));
    this.disk.events.push((status === "PUT_OK" ? "answer" : status) as never);
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** The file with this text, acknowledged. */
  async save(text?: string): Promise<void> {
    this.config ??= this.configFile();
    if (text !== undefined) this.config.save(text);
    await this.config.saved(() => "{}");
    this.answer();
  }

  /** A broker that begins now. */
  async find(): Promise<void> {
    this.config = this.configFile();
    await this.save();
  }

  replace(): void {
    this.disk.files.makeDirectory(`${this.root}/config`);
    replaceText(this.disk.files, `${this.root}/config/broker.conf`, "brokerName=a");
    this.answer();
  }

  private answer(): void {
    this.disk.events.push("answer" as never);
  }

  private configFile(): JsonConfigFile {
    const { files } = this.disk;
    files.makeDirectory(`${this.root}/config`);
    return new JsonConfigFile(`${this.root}/config/topics.json`, files, silentLogger);
  }

  /** Paths as the list has them. */
  get events(): string[] {
    return this.disk.events.map((event) =>
      event
        .replace(`${this.root}/`, "")
        .replace(this.root, "<root>")
        .replace(/index\/\d{17}/, "index/<index>")
        .replace(/\b0{0,19}(\d{1,20})$/, (_, digits: string) => `<${Number(digits)}>`),
    );
  }
}

const actions: Record<string, (stage: Stage) => Promise<unknown>> = {
  start: (stage) => stage.store.start(),
  put: (stage) => stage.put(),
  large: (stage) => stage.put(9000),
  three: (stage) => Promise.all([stage.put(), stage.put(), stage.put()]),
  stop: (stage) => stage.store.stop(),
  "70 s": (stage) => stage.pass(70_000),
  delete: async (stage) => stage.store.deleteTopics(["TopicTest"]),
  save: (stage) => stage.save("{}"),
  same: (stage) => stage.save(),
  found: (stage) => stage.find(),
  replace: async (stage) => stage.replace(),
};

for (const order of orders) {
  test(`${order.flush}: ${order.name}`, async (t) => {
    const stage = new Stage(order.flush);
    t.teardown(() => stage.store.stop());
    const steps = order.do.split(", ");
    for (const [i, step] of steps.entries()) {
      if (i === steps.length - 1) stage.disk.events.length = 0;
      await actions[step]?.(stage);
    }
    t.deepEqual(stage.events, order.events);
  });
}
