import { readFileSync, readdirSync } from "node:fs";
import test from "ava";
import { decodeRecord } from "../../../engine/message/decode.js";
import { keyHash } from "../../../engine/store/index/index-header.js";
import type { MessageStore } from "../../../engine/store/store-api.js";
import { message, openStore, put, putNumbers, temporaryFolder } from "./open-store.js";

const forever = 2n ** 62n;
const found = (store: MessageStore, key: string, max = 64, begin = 0n, end = forever): string[] =>
  store
    .query("TopicTest", key, max, begin, end)
    .records.map((record) => decodeRecord(record).body.toString());

test("[S-IDX-2] key hashes are Java's, made positive", (t) => {
  t.is(keyHash("TopicTest", "k0"), 0x29e6a7);
  t.is(keyHash("TopicTest", "kk"), 0x29e6e2);
  t.is(keyHash("TopicTest", "AC110203000000000000000000000010"), 0x3f6b2298);
});

test("[S-IDX-1] an index file is byte for byte what Apache writes", async (t) => {
  const root = temporaryFolder(t);
  const { store, stop } = await openStore(t, root, { over: { maxHashSlotNum: 5000 } });
  const uniq = "AC110203000000000000000000000010";
  const first = await put(
    store,
    message({ properties: `UNIQ_KEY\u0001${uniq}\u0002KEYS\u0001k0 kk\u0002` }),
  );
  const second = await put(store, message({ keys: "k0" }));
  await stop();
  const [name] = readdirSync(`${root}/index`);
  t.regex(name!, /^\d{17}$/);
  const file = readFileSync(`${root}/index/${name}`);
  t.is(file.length, 40 + 5000 * 4 + 400 * 20);
  t.is(Number(file.readBigInt64BE(0)), first.storeTimestamp);
  t.is(Number(file.readBigInt64BE(8)), second.storeTimestamp);
  t.is(Number(file.readBigInt64BE(16)), 0);
  t.is(Number(file.readBigInt64BE(24)), second.physicalOffset);
  t.is(file.readInt32BE(32), 3);
  t.is(file.readInt32BE(36), 5);
  const entry = (number: number): string =>
    file.toString("hex", 40 + 20000 + number * 20, 40 + 20000 + number * 20 + 20);
  t.is(entry(0), "00".repeat(20));
  t.is(entry(1), "3f6b2298" + "0000000000000000" + "00000000" + "00000000");
  t.is(entry(2), "0029e6a7" + "0000000000000000" + "00000000" + "00000000");
  t.is(
    entry(4),
    "0029e6a7" + second.physicalOffset.toString(16).padStart(16, "0") + "00000000" + "00000002",
  );
  t.is(file.readInt32BE(40 + (0x29e6a7 % 5000) * 4), 4);
});

test("messages are found by each of their keys, newest kept when there are too many", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  await putNumbers(store, { from: 0, to: 50 }, (i) => ({ keys: `a${i}  all b${i}` }));
  t.deepEqual(found(store, "a7"), ["7"]);
  t.deepEqual(found(store, "b49"), ["49"]);
  t.is(found(store, "all").length, 50);
  t.deepEqual(found(store, "all", 3), ["47", "48", "49"]);
  t.deepEqual(found(store, "missing"), []);
});

test("keys with the same hash come back together, as the index holds no text", async (t) => {
  const { store } = await openStore(t, temporaryFolder(t));
  t.is(keyHash("TopicTest", "Aa"), keyHash("TopicTest", "BB"));
  await putNumbers(store, { from: 0, to: 4 }, (i) => ({ keys: i % 2 === 0 ? "Aa" : "BB" }));
  t.deepEqual(found(store, "Aa"), ["0", "1", "2", "3"]);
});

test("[S-IDX-3] a full file is followed by a next one; a query goes through all that fit its time range", async (t) => {
  const root = temporaryFolder(t);
  let now = new Date(2026, 0, 1).getTime();
  const clock = { now: () => now, after: () => ({ cancel() {} }), every: () => ({ cancel() {} }) };
  const { store, stop } = await openStore(t, root, { clock });
  const times: number[] = [];
  for (let i = 0; i < 1000; i++) {
    now += 60_000;
    times.push(now);
    await put(store, message({ body: Buffer.from(String(i)), keys: `key${i} every${i % 300}` }));
  }
  t.deepEqual(found(store, "every7"), ["7", "307", "607", "907"]);
  t.deepEqual(found(store, "every7", 64, BigInt(times[300]!), BigInt(times[700]!)), ["307", "607"]);
  t.deepEqual(found(store, "key500", 64, BigInt(times[500]!), BigInt(times[500]!)), ["500"]);
  t.deepEqual(found(store, "key500", 64, BigInt(times[501]!), forever), []);
  await stop();
  const names = readdirSync(`${root}/index`);
  t.is(names.length, Math.ceil(2000 / 399));
  const again = await openStore(t, root);
  t.deepEqual(found(again.store, "every7"), ["7", "307", "607", "907"]);
  await put(again.store, message({ body: Buffer.from("more"), keys: "every7" }));
  t.deepEqual(found(again.store, "every7"), ["7", "307", "607", "907", "more"]);
});

test("without messageIndexEnable there is no index", async (t) => {
  const root = temporaryFolder(t);
  const { store } = await openStore(t, root, { over: { messageIndexEnable: false } });
  await putNumbers(store, { from: 0, to: 5 });
  t.deepEqual(found(store, "key1"), []);
  t.throws(() => readdirSync(`${root}/index`));
});
