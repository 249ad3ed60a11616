import { inflateSync } from "node:zlib";
import test from "ava";
import { RocketmqError } from "../../../engine/base/errors.js";
import { checkBatch, splitBySize } from "../../../engine/client/batch.js";
import { checkGroup, checkSendTopic } from "../../../engine/client/name-rules.js";
import { checkMessage, propertiesOf } from "../../../engine/client/outgoing-message.js";
import { prepareBatch, prepareSend } from "../../../engine/client/send-call.js";
import { acceptsTags, buildSubscription } from "../../../engine/client/subscription.js";
import { splitBatch } from "../../../engine/message/batch.js";
import { decodeProperties } from "../../../engine/message/properties.js";

const body = Buffer.from("hello");
const usage = { instanceOf: RocketmqError, message: /./ };
let ids = 0;
const nextId = (): string => `ID${++ids}`;

test("a list is cut into batches that stay within the limit, in order", (t) => {
  t.deepEqual(
    splitBySize([3, 3, 4, 9, 2, 12, 1], (n) => n, 10),
    [[3, 3, 4], [9], [2], [12], [1]],
  );
  t.deepEqual(
    splitBySize([], (n: number) => n, 10),
    [],
  );
});

test("messages that brokers do not take together are no batch", (t) => {
  t.throws(() => checkBatch([]), usage);
  t.throws(
    () =>
      checkBatch([
        { topic: "A", body },
        { topic: "B", body },
      ]),
    usage,
  );
  t.throws(() => checkBatch([{ topic: "A", body, delayLevel: 1 }]), usage);
  t.throws(() => checkBatch([{ topic: "%RETRY%g", body }]), usage);
  t.throws(
    () =>
      checkBatch([
        { topic: "A", body },
        { topic: "A", body, waitStoreOk: false },
      ]),
    usage,
  );
  t.notThrows(() =>
    checkBatch([
      { topic: "A", body },
      { topic: "A", body, tags: "x" },
    ]),
  );
});

test("each message of a batch keeps an id of its own, the batch has none", (t) => {
  const send = prepareBatch(
    [
      { topic: "A", body, tags: "x" },
      { topic: "A", body, keys: ["k", "l"] },
    ],
    { nextId },
  );
  const items = splitBatch(send.body).map((item) => decodeProperties(item.properties));
  t.deepEqual(
    items.map((one) => one.get("UNIQ_KEY")),
    send.msgId.split(","),
  );
  t.is(items[0]?.get("TAGS"), "x");
  t.is(items[1]?.get("KEYS"), "k l");
  t.false(decodeProperties(send.properties).has("UNIQ_KEY"));
});

test("a body of 4096 bytes or more travels compressed, marked with bits that 4.x and 5.x understand", async (t) => {
  const large = Buffer.alloc(4096, "z");
  const send = await prepareSend({ topic: "A", body: large }, { nextId, compressOverBytes: 4096 });
  t.is(send.sysFlag, 0x301);
  t.deepEqual(inflateSync(send.body), large);
  const small = await prepareSend(
    { topic: "A", body: large.subarray(1) },
    { nextId, compressOverBytes: 4096 },
  );
  t.is(small.sysFlag, 0);
});

test("an id that the caller gave is kept", async (t) => {
  const message = { topic: "A", body, properties: { UNIQ_KEY: "MINE" } };
  t.is((await prepareSend(message, { nextId, compressOverBytes: 4096 })).msgId, "MINE");
});

test("a copy for the retry topic carries its counts in the header only", async (t) => {
  const properties = { RECONSUME_TIME: "3", MAX_RECONSUME_TIMES: "16" };
  const send = await prepareSend(
    { topic: "%RETRY%g", body, properties },
    { nextId, compressOverBytes: 4096 },
  );
  t.is(send.reconsumeTimes, 3);
  t.is(send.maxReconsumeTimes, 16);
  t.false(decodeProperties(send.properties).has("RECONSUME_TIME"));
});

test("messages are refused that no broker takes", (t) => {
  t.throws(() => checkMessage({ topic: "A", body: Buffer.alloc(0) }, 10), usage);
  t.throws(() => checkMessage({ topic: "A", body: Buffer.alloc(11) }, 10), { message: /MAX: 10/ });
  t.throws(() => checkMessage({ topic: "a b", body }, 10), usage);
  t.throws(() => propertiesOf({ topic: "A", body, properties: { a: "x\u0001y" } }), usage);
});

test("names are refused as Java's client refuses them", (t) => {
  for (const topic of ["", " ", "a/b", "x".repeat(128), "SCHEDULE_TOPIC_XXXX"]) {
    t.throws(() => checkSendTopic(topic), usage, topic);
  }
  for (const group of ["", "a b", "DEFAULT_CONSUMER", "DEFAULT_PRODUCER"]) {
    t.throws(() => checkGroup(group), usage, group);
  }
  t.throws(() => checkSendTopic("bad topic!"), {
    message:
      "The specified topic[bad topic!] contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$",
  });
  t.notThrows(() => checkSendTopic("%RETRY%group"));
  t.notThrows(() => checkGroup("order-service"));
});

test("a tag expression becomes tags and Java's hash codes of them", (t) => {
  const subscription = buildSubscription("T", "TagA || TagB||TagA", { version: 7 });
  t.deepEqual(subscription.tagsSet, ["TagA", "TagB"]);
  t.deepEqual(subscription.codeSet, [2598919, 2598920]);
  t.is(subscription.subString, "TagA || TagB||TagA");
  t.true(acceptsTags(subscription, "TagB"));
  t.false(acceptsTags(subscription, "TagC"));
  t.false(acceptsTags(subscription, undefined));
  t.true(acceptsTags(buildSubscription("T", " ", { version: 7 }), undefined));
  t.throws(() => buildSubscription("T", "||", { version: 7 }), usage);
});
