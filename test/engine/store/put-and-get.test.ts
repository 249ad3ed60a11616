import { readFileSync, readdirSync } from "node:fs";
import test from "ava";
import { encodeBatch } from "../../../engine/message/batch.js";
import { Magic } from "../../../engine/message/record-layout.js";
import { SysFlag } from "../../../engine/message/sys-flag.js";
import {
  bodies,
  message,
  numbers,
  openStore,
  put,
  putBatch,
  putNumbers,
  readQueue,
  temporaryFolder,
} from "./open-store.js";

test("messages come back in order over several log and queue files", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  const results = await putNumbers(store, { from: 0, to: 500 });
  t.true(results.every((result, i) => result.status === "PUT_OK" && result.queueOffset === i));
  t.is(store.maxOffset("TopicTest", 0), 500);
  const got = readQueue(store);
  t.deepEqual(bodies(got), numbers(0, 500));
  got.forEach((one, i) => {
    t.is(one.physicalOffset, results[i]!.physicalOffset);
    t.is(one.queueOffset, i);
    t.is(one.storeTimestamp, results[i]!.storeTimestamp);
  });
});

test("[S-CQ-1] a queue entry is byte for byte what Apache writes", async (t) => {
  const root = temporaryFolder(t);
  const { store } = await openStore(t, root);
  await put(store, message({ body: Buffer.alloc(200) }));
  const second = await put(store, message({ tags: "TagA" }));
  const file = readFileSync(`${root}/consumequeue/TopicTest/0/${"0".repeat(20)}`);
  t.is(
    file.toString("hex", 20, 40),
    second.physicalOffset.toString(16).padStart(16, "0") +
      second.size.toString(16).padStart(8, "0") +
      "000000000027a807",
  );
  t.is(file.length, 1000);
});

test("[S-LOG-4] a record that does not fit leaves a blank and begins the next file", async (t) => {
  const root = temporaryFolder(t);
  const { store } = await openStore(t, root);
  const first = await put(store, message({ body: Buffer.alloc(10_000) }));
  const second = await put(store, message({ body: Buffer.alloc(10_000) }));
  t.is(second.physicalOffset, 16 * 1024);
  const file = readFileSync(`${root}/commitlog/${"0".repeat(20)}`);
  t.is(file.readInt32BE(first.size), 16 * 1024 - first.size);
  t.is(file.readInt32BE(first.size + 4), Magic.BLANK);
  t.true(file.subarray(first.size + 8).every((byte) => byte === 0));
  t.deepEqual(readdirSync(`${root}/commitlog`), ["00000000000000000000", "00000000000000016384"]);
});

test("[S-LOG-4] a record may take all of a file but the eight bytes of a blank", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  const overhead = (await put(store, message({ body: Buffer.alloc(0), topic: "Probe" }))).size;
  const most = 16 * 1024 - 8 - overhead;
  const largest = await put(store, message({ body: Buffer.alloc(most), topic: "Probe" }));
  t.is(largest.status, "PUT_OK");
  t.is(largest.physicalOffset, 16 * 1024);
  const tooLarge = await put(store, message({ body: Buffer.alloc(most + 1), topic: "Probe" }));
  t.is(tooLarge.status, "MESSAGE_ILLEGAL");
  const next = await put(store, message({ topic: "Probe" }));
  t.is(next.physicalOffset, 32 * 1024);
});

test("a batch is stored as consecutive records in one file, with its own properties behind theirs", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  await put(store, message({ body: Buffer.alloc(15_000) }));
  const body = encodeBatch(
    numbers(0, 20).map((text) => ({
      flag: Number(text),
      body: Buffer.from(text),
      properties: `KEYS\u0001k${text}`,
    })),
  );
  const batch = message({ body, properties: "CLUSTER\u0001c\u0002" });
  const result = await putBatch(store, batch);
  t.is(result.status, "PUT_OK");
  t.is(result.physicalOffset, 16 * 1024);
  t.is(result.queueOffset, 1);
  t.is(result.physicalOffsets.length, 20);
  const got = readQueue(store).slice(1);
  t.deepEqual(bodies(got), numbers(0, 20));
  t.deepEqual(
    got.map((one) => one.physicalOffset),
    [...result.physicalOffsets],
  );
  t.deepEqual(
    [...got[7]!.properties],
    [
      ["KEYS", "k7"],
      ["CLUSTER", "c"],
    ],
  );
  t.is(got[7]!.flag, 7);
  t.is(store.query("TopicTest", "k7", 10, 0n, 2n ** 60n).records.length, 1);
  t.is(
    (await putBatch(store, message({ body: Buffer.from("nonsense") }))).status,
    "MESSAGE_ILLEGAL",
  );
});

test("[S-PUT-1] what may not be stored is refused with upstream's status", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t), { over: { maxMessageSize: 2000 } });
  const status = async (over: Parameters<typeof message>[0]): Promise<string> =>
    (await put(store, message(over))).status;
  t.is(await status({ topic: "t".repeat(128) }), "MESSAGE_ILLEGAL");
  t.is(await status({ topic: "%RETRY%" + "g".repeat(160) }), "PUT_OK");
  t.is(await status({ topic: "" }), "MESSAGE_ILLEGAL");
  t.is(await status({ topic: "../../escape" }), "MESSAGE_ILLEGAL");
  t.is(await status({ properties: "a\u0001" + "x".repeat(32766) }), "PROPERTIES_SIZE_EXCEEDED");
  t.is(await status({ body: Buffer.alloc(2001) }), "MESSAGE_ILLEGAL");
  t.is(await status({ body: Buffer.alloc(2000) }), "PUT_OK");
});

test("only plain and committed messages enter queues; their offsets do not count the others", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  const kinds = [
    SysFlag.TRANSACTION_PREPARED,
    SysFlag.TRANSACTION_NOT,
    SysFlag.TRANSACTION_ROLLBACK,
    SysFlag.TRANSACTION_COMMIT,
  ];
  const results = await putNumbers(store, { from: 0, to: 4 }, (i) => ({
    sysFlag: kinds[i]!,
    keys: "k",
  }));
  t.deepEqual(
    results.map((result) => result.queueOffset),
    [0, 0, 0, 1],
  );
  t.deepEqual(bodies(readQueue(store)), ["1", "3"]);
  t.is(store.query("TopicTest", "k", 10, 0n, 2n ** 60n).records.length, 3);
});

test("[S-CQ-2] in the delay topic the tags code is the time of delivery", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  const topic = "SCHEDULE_TOPIC_XXXX";
  const put3 = await put(
    store,
    message({ topic, queueId: 2, properties: "DELAY\u00013\u0002TAGS\u0001x\u0002" }),
  );
  const put99 = await put(
    store,
    message({ topic, queueId: 17, properties: "DELAY\u000199\u0002" }),
  );
  t.is(store.entry(topic, 2, 0)!.tagsCode, put3.storeTimestamp + 10_000);
  t.is(store.entry(topic, 17, 0)!.tagsCode, put99.storeTimestamp + 7_200_000);
});

test("[S-GET-1] a pull outside the queue is told where to go on", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  await putNumbers(store, { from: 0, to: 10 });
  const get = (queueOffset: number, topic = "TopicTest"): [string, number] => {
    const { status, nextBeginOffset } = store.get({ topic, queueId: 0, queueOffset, maxCount: 32 });
    return [status, nextBeginOffset];
  };
  t.deepEqual(get(5, "Unknown"), ["NO_MESSAGE_IN_QUEUE", 0]);
  t.deepEqual(get(10), ["OFFSET_OVERFLOW_ONE", 10]);
  t.deepEqual(get(11), ["OFFSET_OVERFLOW_BADLY", 10]);
  t.deepEqual(get(-1), ["OFFSET_TOO_SMALL", 0]);
  t.deepEqual(get(3), ["FOUND", 10]);
});

test("[S-GET-2] a pull is bounded by count, by bytes and by the queue file, but takes at least one", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t), {
    over: { mappedFileSizeCommitLog: 1 << 20, maxTransferBytesOnMessageInMemory: 5000 },
  });
  await putNumbers(store, { from: 0, to: 60 });
  const count = (queueOffset: number, maxCount: number, maxBytes?: number): number =>
    store.get({
      topic: "TopicTest",
      queueId: 0,
      queueOffset,
      maxCount,
      ...(maxBytes !== undefined && { maxBytes }),
    }).count;
  t.is(count(0, 7), 7);
  t.is(count(0, 100), 32);
  t.is(count(40, 100), 10);
  t.is(count(0, 100, 300), 2);
  t.is(count(0, 100, 1), 1);
  await put(store, message({ topic: "Large", body: Buffer.alloc(6000) }));
  await put(store, message({ topic: "Large", body: Buffer.alloc(6000) }));
  t.is(store.get({ topic: "Large", queueId: 0, queueOffset: 0, maxCount: 9 }).count, 1);
});

test("[S-GET-2] a reader far behind gets the smaller portions of the disk and is advised to ask a slave", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t), { memoryBytes: 5_000 });
  await putNumbers(store, { from: 0, to: 40 });
  const behind = store.get({ topic: "TopicTest", queueId: 0, queueOffset: 0, maxCount: 32 });
  t.is(behind.count, 8);
  t.true(behind.suggestSlave);
  t.false(store.isInMemory("TopicTest", 0, 0));
  const near = store.get({ topic: "TopicTest", queueId: 0, queueOffset: 25, maxCount: 32 });
  t.is(near.count, 15);
  t.false(near.suggestSlave);
  t.true(store.isInMemory("TopicTest", 0, 39));
});

test("a filter decides by tag hash first, then by the record", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  await putNumbers(store, { from: 0, to: 20 }, (i) => ({ tags: i % 2 === 0 ? "even" : "d" }));
  const request = { topic: "TopicTest", queueId: 0, queueOffset: 0, maxCount: 32 };
  const odd = store.get({ ...request, filter: { matchesTagsCode: (code) => code === 100 } });
  t.is(odd.count, 10);
  t.is(odd.nextBeginOffset, 20);
  const nine = store.get({
    ...request,
    filter: { matchesTagsCode: () => true, matchesRecord: (record) => record.includes("key9") },
  });
  t.is(nine.count, 1);
  const none = store.get({ ...request, filter: { matchesTagsCode: () => false } });
  t.deepEqual([none.status, none.nextBeginOffset], ["NO_MATCHED_MESSAGE", 20]);
});

test("[S-TIME-1] a time is turned into an offset by the rules of 5.1.4", async (t) => {
  const times = [100, 200, 200, 200, 300];
  let now = 50;
  const clock = { now: () => now, after: () => ({ cancel() {} }), every: () => ({ cancel() {} }) };
  const { store } = await openStore(t, temporaryFolder(t), { clock });
  for (const time of times) {
    now = time;
    await put(store, message());
  }
  const lower = (time: bigint): number => store.offsetByTime("TopicTest", 0, time, "lower");
  const upper = (time: bigint): number => store.offsetByTime("TopicTest", 0, time, "upper");
  t.deepEqual(
    [50n, 100n, 150n, 200n, 250n, 300n, 301n, 2n ** 62n].map(lower),
    [0, 0, 1, 1, 4, 4, 5, 5],
  );
  t.deepEqual([50n, 100n, 150n, 200n, 250n, 300n, 301n].map(upper), [0, 0, 0, 3, 3, 4, 4]);
  t.is(store.offsetByTime("Unknown", 0, 5n, "lower"), 0);
  t.is(store.storeTimeAt("TopicTest", 0, 4), 300);
  t.is(store.storeTimeAt("TopicTest", 0, 5), -1);
  t.is(store.earliestStoreTime("TopicTest", 0), 100);
  t.is(store.earliestTimestamp, 100);
});

test("arrivals are told in order, after the message can be read", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  const seen: number[] = [];
  store.onArrival(({ topic, queueId, queueOffset }) => {
    if (store.maxOffset(topic, queueId) > queueOffset) seen.push(queueOffset);
  });
  store.onArrival(() => {
    throw new Error("a listener that fails disturbs nobody");
  });
  await putNumbers(store, { from: 0, to: 5 });
  t.deepEqual(seen, [0, 1, 2, 3, 4]);
});

test("an answer never comes within the call that put the message", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  let answered = 0;
  store.put(message(), () => answered++);
  store.put(message({ topic: "" }), () => answered++);
  t.is(answered, 0);
  await put(store, message());
  t.is(answered, 2);
});

test("a record is found by its physical offset and by nothing else", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  const [first, second] = await putNumbers(store, { from: 0, to: 2 });
  t.is(store.record(second!.physicalOffset)?.length, second!.size);
  for (const bad of [first!.physicalOffset + 1, second!.physicalOffset + second!.size, -1, 1e9]) {
    t.is(store.record(bad), undefined);
  }
});
