import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { systemClock, type Clock } from "../../../engine/base/clock.js";
import { decodeRecords } from "../../../engine/message/decode.js";
import type { Message } from "../../../engine/message/message.js";
import { encodeProperties } from "../../../engine/message/properties.js";
import { createMessageStore, type StoreOptions } from "../../../engine/store/message-store.js";
import type { MessageStore, MessageToStore, PutResult } from "../../../engine/store/store-api.js";
import { defaultStoreConfig, type StoreConfig } from "../../../engine/store/store-config.js";

/** An empty folder that is removed when the test ends. */
export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "store-test-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Files small enough that a few messages fill them. */
export function smallConfig(root: string, over: Partial<StoreConfig> = {}): StoreConfig {
  return {
    ...defaultStoreConfig(root),
    mappedFileSizeCommitLog: 16 * 1024,
    mappedFileSizeConsumeQueue: 20 * 50,
    maxHashSlotNum: 100,
    maxIndexNum: 400,
    diskMaxUsedSpaceRatio: 95,
    diskSpaceWarningLevelRatio: 90,
    ...over,
  };
}

export interface Opened {
  store: MessageStore;
  config: StoreConfig;
  stop: () => Promise<void>;
}

/** Opens a store; it is stopped when the test ends, if it was not before. */
export async function openStore(
  t: ExecutionContext,
  root: string,
  options: Partial<StoreOptions> & { over?: Partial<StoreConfig>; clock?: Clock } = {},
): Promise<Opened> {
  const config = options.config ?? smallConfig(root, options.over);
  const store = createMessageStore({ clock: systemClock(), ...options, config });
  await store.start();
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await store.stop();
  };
  t.teardown(stop);
  return { store, config, stop };
}

export function message(
  over: Partial<MessageToStore> & { tags?: string; keys?: string } = {},
): MessageToStore {
  const { tags, keys, ...rest } = over;
  const properties: [string, string][] = [];
  if (keys !== undefined) properties.push(["KEYS", keys]);
  if (tags !== undefined) properties.push(["TAGS", tags]);
  return {
    topic: "TopicTest",
    queueId: 0,
    body: Buffer.from("hello"),
    properties: encodeProperties(properties),
    flag: 0,
    sysFlag: 0,
    bornTimestamp: 1700000000123,
    bornHost: { address: "10.1.2.3", port: 45678 },
    storeHost: { address: "192.168.0.9", port: 10911 },
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    waitStoreOk: true,
    ...rest,
  };
}

export function put(store: MessageStore, one: MessageToStore): Promise<PutResult> {
  return new Promise((resolve) => store.put(one, resolve));
}

export function putBatch(store: MessageStore, batch: MessageToStore): Promise<PutResult> {
  return new Promise((resolve) => store.putBatch(batch, resolve));
}

/** Puts messages `from`…`to`-1 whose bodies are their numbers. */
export function putNumbers(
  store: MessageStore,
  range: { from: number; to: number },
  make: (number: number) => Partial<MessageToStore> & { tags?: string; keys?: string } = () => ({}),
): Promise<PutResult[]> {
  const results: Promise<PutResult>[] = [];
  for (let i = range.from; i < range.to; i++) {
    results.push(
      put(store, message({ body: Buffer.from(String(i)), keys: `key${i}`, ...make(i) })),
    );
  }
  return Promise.all(results);
}

/** All messages of a queue, read as a consumer would. */
export function readQueue(store: MessageStore, topic = "TopicTest", queueId = 0): Message[] {
  const messages: Message[] = [];
  for (let next = store.minOffset(topic, queueId); ;) {
    const got = store.get({ topic, queueId, queueOffset: next, maxCount: 32 });
    messages.push(...decodeRecords(Buffer.concat(got.records)));
    if (got.nextBeginOffset === next) return messages;
    next = got.nextBeginOffset;
  }
}

export function bodies(messages: readonly Message[]): string[] {
  return messages.map((one) => one.body.toString());
}

export function numbers(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => String(from + i));
}
